using Spouts.Chaos.Doors;
using Spouts.Chaos.Processes;
using Spouts.Testing;

namespace Spouts.Chaos.Faults;

/// <summary>An administrator finishes the commit that the spout has open.</summary>
/// <param name="at">The call before which it happens.</param>
/// <param name="message">The description that the commit gets; empty: it keeps its own.</param>
internal sealed class FinishByHand(Boundary at, string message) : Fault
{
    public override string Class => "finished by hand";

    public override async Task StrikeAsync(Scene scene, CancellationToken cancellation)
    {
        SpoutProcess spout = scene.Leader;
        CallFault held = await spout.MeetAsync(at, CallBreak.HeldRequest);
        SpoutCommit open = (await scene.Repo.ReadCommitsAsync(1, cancellation))[0];
        if (message.Length > 0)
            scene.Removals.Relabelled.Add(open.Id, open.Description);
        await scene.Pipeline.FinishAsync(open.Id, cancellation, message);
        held.Release();
        await spout.CommitAsync(1, cancellation);
    }

    public override string ToString() => $"{Class} ({at}, {(message.Length > 0 ? "with" : "without")} a message)";
}
