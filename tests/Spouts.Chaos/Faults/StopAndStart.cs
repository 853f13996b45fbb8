using Spouts.Chaos.Doors;
using Spouts.Chaos.Processes;

namespace Spouts.Chaos.Faults;

/// <summary>The pipeline is stopped and started, and the process from before goes on meanwhile.</summary>
/// <param name="at">The call that waits until the next process has published; null: none.</param>
internal sealed class StopAndStart(Boundary? at = null) : Fault
{
    public override string Class => "stop and start";

    public override IReadOnlyList<int> Exits => [ExitCodes.Replaced, ExitCodes.Fenced];

    public override async Task StrikeAsync(Scene scene, CancellationToken cancellation)
    {
        SpoutProcess before = scene.Leader;
        CallFault? held = at is null ? null : await before.MeetAsync(at, CallBreak.HeldRequest);
        await scene.Pipeline.StopAsync(cancellation);
        if (held is null)
            await scene.ExitAsync(before, Exits, cancellation);
        await scene.Pipeline.StartAsync(cancellation);
        await scene.RefreshAsync(cancellation);
        SpoutProcess after = await scene.StartAsync();
        await after.CommitAsync(1, cancellation);
        if (held is not null)
        {
            before.ForgetLines();
            held.Release();
            await before.StirAsync(cancellation);
        }

        await scene.PromoteAsync(after);
    }

    public override string ToString() => at is null ? Class : $"{Class} ({at})";
}
