using Spouts.Chaos.Doors;
using Spouts.Chaos.Processes;

namespace Spouts.Chaos.Faults;

/// <summary>The pipeline is updated, and the process of the version before it goes on beside its successor until it sees that.</summary>
/// <param name="at">The call that waits meanwhile, so that its commit is open over the update; null: none.</param>
internal sealed class UpdatePipeline(Boundary? at = null) : Fault
{
    public override string Class => "update";

    public override IReadOnlyList<int> Exits => [ExitCodes.Replaced, ExitCodes.Fenced];

    public override async Task StrikeAsync(Scene scene, CancellationToken cancellation)
    {
        SpoutProcess old = scene.Leader;
        CallFault? held = at is null ? null : await old.MeetAsync(at, CallBreak.HeldRequest);
        await scene.Pipeline.UpdateAsync(cancellation);
        await scene.RefreshAsync(cancellation);
        SpoutProcess successor = await scene.StartAsync();
        // A queue that the old process has emptied delivers nothing to the new one before that ends.
        if (held is not null && scene.Source.IsShared)
            await successor.CommitAsync(1, cancellation);
        held?.Release();
        await scene.ExitAsync(old, Exits, cancellation);
        await scene.PromoteAsync(successor);
    }

    public override string ToString() => at is null ? Class : $"{Class} ({at})";
}
