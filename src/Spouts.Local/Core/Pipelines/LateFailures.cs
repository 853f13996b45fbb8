using System.Globalization;
using Spouts.Pachyderm.Protos.Pps;

namespace Spouts.Local.Core.Pipelines;

/// <summary>Specs that are accepted and then fail when a cluster would make their pods.</summary>
internal static class LateFailures
{
    public static void Judge(PipelineInfo info)
    {
        string? why = info.Details switch
        {
            { Service: not null, Spout: not null } => "only one of pipeline.service or pipeline.spout can be set",
            { MaximumExpectedUptime: { } uptime, Autoscaling: false } when uptime.ToTimeSpan() != TimeSpan.Zero
                => $"pipeline {info.Pipeline.Project.Name}/{info.Pipeline.Name}: autoscaling must be true when max_expected_uptime is non-zero",
            _ => null,
        };
        if (why is null)
            return;
        string pipeline = $"{info.Pipeline.Project.Name}/{info.Pipeline.Name}";
        info.State = PipelineState.PipelineFailure;
        info.Reason = string.Create(
            CultureInfo.InvariantCulture,
            $"could not update resources after 1 attempts: could not update resource for pipeline \"{pipeline}\": apply side effect KUBERNETES_RESOURCES (UP): could not generate RC options: {why}");
    }
}
