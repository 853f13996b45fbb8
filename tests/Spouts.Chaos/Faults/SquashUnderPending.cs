using Spouts.Chaos.Doors;
using Spouts.Chaos.Processes;
using Spouts.Testing;

namespace Spouts.Chaos.Faults;

/// <summary>
/// A spout dies before it has published a commit that has its batch; an administrator finishes the commit and squashes the one that it names
/// as its parent.
/// </summary>
internal sealed class SquashUnderPending : Fault
{
    public override string Class => "squash";

    public override async Task StrikeAsync(Scene scene, CancellationToken cancellation)
    {
        await scene.Leader.MeetAsync(Boundary.Publish, CallBreak.HeldRequest);
        await scene.Leader.DisposeAsync();
        SpoutCommit pending = (await scene.Repo.ReadCommitsAsync(1, cancellation))[0];
        await scene.Pipeline.FinishAsync(pending.Id, cancellation);
        await scene.SquashAsync(pending.ParentId, cancellation);
        await scene.ReplaceAsync();
    }

    public override string ToString() => $"{Class} (under a pending commit)";
}
