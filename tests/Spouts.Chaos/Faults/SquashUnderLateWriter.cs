using Spouts.Chaos.Doors;
using Spouts.Chaos.Processes;
using Spouts.Testing;

namespace Spouts.Chaos.Faults;

/// <summary>
/// A process opens its commit only after its successor has published, and dies; an administrator has squashed the commit that it names as its
/// parent, so that nothing tells it from one that stands where it should but its number.
/// </summary>
internal sealed class SquashUnderLateWriter : Fault
{
    public override string Class => "squash";

    public override async Task StrikeAsync(Scene scene, CancellationToken cancellation)
    {
        SpoutProcess late = scene.Leader;
        CallFault opening = await late.MeetAsync(Boundary.Open, CallBreak.HeldRequest);
        SpoutCommit parent = (await scene.Repo.ReadCommitsAsync(1, cancellation))[0];
        SpoutProcess successor = await scene.StartAsync();
        await successor.CommitAsync(2, cancellation);
        await successor.DisposeAsync();
        await scene.SquashAsync(parent.Id, cancellation);
        CallFault checking = late.Door.Arm(Boundary.Check with { After = null }, CallBreak.HeldRequest);
        opening.Release();
        await late.UntilAsync(checking.Struck, "it looked where its commit stands");
        await scene.ReplaceAsync();
    }

    public override string ToString() => $"{Class} (under a late writer)";
}
