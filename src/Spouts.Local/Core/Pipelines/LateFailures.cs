using System.Globalization;
using Spouts.Pachyderm.Protos.Pps;

namespace Spouts.Local.Core.Pipelines;

/// <summary>Specs that are accepted and then fail when a cluster would make their pods.</summary>
internal static class LateFailures
{
    // What the spec cannot mean is given up at once; what Kubernetes or a patch refuses is tried again.
    private const int Unretried = 1;
    private const int Retried = 3;

    public static void Judge(PipelineInfo info, PodTrial trial)
    {
        string? why = info.Details switch
        {
            { Service: not null, Spout: not null } => "only one of pipeline.service or pipeline.spout can be set",
            { MaximumExpectedUptime: { } uptime, Autoscaling: false } when uptime.ToTimeSpan() != TimeSpan.Zero
                => $"pipeline {info.Pipeline.Project.Name}/{info.Pipeline.Name}: autoscaling must be true when max_expected_uptime is non-zero",
            _ => null,
        };
        if (why is not null)
        {
            Fail(info, Unretried, $"could not generate RC options: {why}");
            return;
        }

        try
        {
            trial(info);
        }
        catch (PachException e)
        {
            Fail(info, Retried, $"error creating resources: {e.Message}");
        }
    }

    private static void Fail(PipelineInfo info, int attempts, string why)
    {
        info.State = PipelineState.PipelineFailure;
        info.Reason = string.Create(
            CultureInfo.InvariantCulture,
            $"could not update resources after {attempts} attempts: could not update resource for pipeline \"{info.Pipeline.Project.Name}/{info.Pipeline.Name}\": apply side effect KUBERNETES_RESOURCES (UP): {why}");
    }
}
