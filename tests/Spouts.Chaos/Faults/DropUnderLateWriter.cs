using Spouts.Chaos.Doors;
using Spouts.Chaos.Processes;
using Spouts.Testing;

namespace Spouts.Chaos.Faults;

/// <summary>An administrator drops the head after a process has decided to stand on it and before its commit is open.</summary>
/// <param name="end">How the process finds out where its commit stands.</param>
internal sealed class DropUnderLateWriter(LateWriterEnd end) : Fault
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
        Boundary look = Boundary.Check with { After = null };
        CallFault? checking = end switch
        {
            LateWriterEnd.Dies => late.Door.Arm(look, CallBreak.HeldRequest),
            LateWriterEnd.LosesReply => late.Door.Arm(look, CallBreak.LostReply),
            _ => null,
        };
        opening.Release();
        if (checking is not null)
            await late.UntilAsync(checking.Struck, "it looked where its commit stands");
        if (end is LateWriterEnd.Dies)
            await scene.ReplaceAsync();
        else
            await late.CommitAsync(1, cancellation);
    }

    public override string ToString() => $"{Class} (under a late writer, {end})";
}
