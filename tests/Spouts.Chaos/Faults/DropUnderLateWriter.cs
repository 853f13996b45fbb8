using Spouts.Chaos.Doors;
using Spouts.Chaos.Processes;
using Spouts.Testing;

namespace Spouts.Chaos.Faults;

/// <summary>An administrator drops the head after a process has decided to stand on it and before its commit is open.</summary>
/// <param name="dies">Whether the process dies before it looks where its commit stands.</param>
internal sealed class DropUnderLateWriter(bool dies) : Fault
{
    public override string Class => "drop";

    public override async Task StrikeAsync(Scene scene, CancellationToken cancellation)
    {
        SpoutProcess late = scene.Leader;
        CallFault opening = await late.MeetAsync(Boundary.Open, CallBreak.HeldRequest);
        SpoutCommit head = (await scene.Repo.ReadCommitsAsync(1, cancellation))[0];
        if (!await scene.Pipeline.DropAsync(head.Id, cancellation))
            throw new InvalidOperationException($"The head {head.Id} could not be dropped, although nothing was opened on it.");
        scene.Removals.Dropped.Add(head.Id);
        CallFault? checking = dies ? late.Door.Arm(Boundary.Check with { After = null }, CallBreak.HeldRequest) : null;
        opening.Release();
        if (checking is null)
        {
            await late.CommitAsync(1, cancellation);
            return;
        }

        await late.UntilAsync(checking.Struck, "it looked where its commit stands");
        await scene.ReplaceAsync();
    }

    public override string ToString() => $"{Class} (under a late writer{(dies ? " that dies" : "")})";
}
