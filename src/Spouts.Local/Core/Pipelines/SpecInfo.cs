using Spouts.Pachyderm.Protos.Pps;

namespace Spouts.Local.Core.Pipelines;

/// <summary>Turns a spec into what Pachyderm says about the pipeline.</summary>
internal static class SpecInfo
{
    public static PipelineInfo From(CreatePipelineRequest spec)
    {
        PipelineInfo.Types.Details details = new()
        {
            Transform = spec.Transform,
            TfJob = spec.TfJob,
            ParallelismSpec = spec.ParallelismSpec,
            Input = spec.Input,
            OutputBranch = spec.OutputBranch.Length == 0 ? "master" : spec.OutputBranch,
            Egress = spec.Egress,
            ResourceRequests = spec.ResourceRequests,
            ResourceLimits = spec.ResourceLimits,
            SidecarResourceLimits = spec.SidecarResourceLimits,
            SidecarResourceRequests = spec.SidecarResourceRequests,
            Description = spec.Description,
            Service = spec.Service,
            Spout = spec.Spout,
            DatumSetSpec = spec.DatumSetSpec,
            DatumTimeout = spec.DatumTimeout,
            JobTimeout = spec.JobTimeout,
            DatumTries = spec.DatumTries == 0 ? 3 : spec.DatumTries,
            SchedulingSpec = spec.SchedulingSpec,
            PodSpec = spec.PodSpec,
            PodPatch = spec.PodPatch,
            S3Out = spec.S3Out,
            Metadata = spec.Metadata,
            ReprocessSpec = spec.ReprocessSpec.Length == 0 ? "until_success" : spec.ReprocessSpec,
            Autoscaling = spec.Autoscaling,
            Determined = spec.Determined,
            MaximumExpectedUptime = spec.MaximumExpectedUptime,
        };
        details.Tolerations.AddRange(spec.Tolerations);
        if (details.Transform.Image.Length == 0)
            details.Transform.Image = Specs.DefaultImage;
        if (details.Service is { Type: "" })
            details.Service.Type = "NodePort";
        if (details.Spout?.Service is { Type: "" })
            details.Spout.Service.Type = "NodePort";
        PipelineInfo info = new()
        {
            Pipeline = spec.Pipeline,
            Details = details,
            Parallelism = spec.ParallelismSpec is { Constant: > 0 and ulong constant } ? constant : 1,
            Type = spec.Spout is not null
                ? PipelineInfo.Types.PipelineType.Spout
                : spec.Service is not null ? PipelineInfo.Types.PipelineType.Service : PipelineInfo.Types.PipelineType.Transform,
        };
        Inputs.SetDefaults(info.Pipeline, info.Details.Input);
        return info;
    }
}
