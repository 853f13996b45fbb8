using Spouts.Local.Store;
using Spouts.Pachyderm.Protos.Pps;

namespace Spouts.Local.Core.Pipelines;

/// <summary>
/// The names of the pipelines' controllers in Kubernetes, which are lowered: two pipelines whose names differ only in case
/// or underscores want the same one. The first has it; the other restarts for ever, until the name comes free.
/// </summary>
internal static class ControllerNames
{
    private const string Missing = "missing RC";

    /// <summary>Gives a new version its controller's name, or leaves it restarting.</summary>
    public static void Claim(Tx tx, PipelineInfo info)
    {
        if (info.State == PipelineState.PipelineFailure)
            return;
        string name = SpecRules.KubernetesName(info.Pipeline.Project.Name, info.Pipeline.Name, (long)info.Version);
        bool taken = tx.Pipelines().Any(row => Holds(row) && Name(row) == name
            && (row.Project, row.Name) != (info.Pipeline.Project.Name, info.Pipeline.Name));
        if (!taken)
            return;
        info.State = PipelineState.PipelineRestarting;
        info.Reason = Missing;
    }

    /// <summary>Gives the name that a pipeline had, before it was updated or deleted, to one that waits for it.</summary>
    /// <returns>The one that has it now, if anybody waited.</returns>
    public static PipelineRow? Release(Tx tx, PipelineRow before)
    {
        string name = Name(before);
        PipelineRow? next = Holds(before) ? tx.Pipelines().FirstOrDefault(row => Waits(row) && Name(row) == name) : null;
        if (next is not null)
            PipelineStore.SetState(tx, next, next.Stopped ? PipelineState.PipelinePaused : PipelineState.PipelineRunning, next.Stopped, reason: "");
        return next;
    }

    private static bool Holds(PipelineRow row) => (PipelineState)row.State is not (PipelineState.PipelineFailure or PipelineState.PipelineRestarting);

    private static bool Waits(PipelineRow row) => (PipelineState)row.State == PipelineState.PipelineRestarting;

    private static string Name(PipelineRow row) => SpecRules.KubernetesName(row.Project, row.Name, row.Version);
}
