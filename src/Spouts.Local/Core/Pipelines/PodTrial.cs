using Spouts.Pachyderm.Protos.Pps;

namespace Spouts.Local.Core.Pipelines;

/// <summary>Makes the pods of a pipeline, to see whether that is possible.</summary>
/// <exception cref="PachException">It is not.</exception>
internal delegate void PodTrial(PipelineInfo info);
