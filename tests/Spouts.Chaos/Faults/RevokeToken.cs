using Spouts.Chaos.Doors;
using Spouts.Chaos.Processes;

namespace Spouts.Chaos.Faults;

/// <summary>The token of the worker is revoked; the pipeline gets a new one with its next version.</summary>
/// <param name="at">The call before which it is; null: at any instant.</param>
internal sealed class RevokeToken(Boundary? at = null) : Fault
{
    public override string Class => "token revoked";

    public override IReadOnlyList<int> Exits => [ExitCodes.Replaced];

    public override async Task StrikeAsync(Scene scene, CancellationToken cancellation)
    {
        SpoutProcess revoked = scene.Leader;
        CallFault? held = at is null ? null : await revoked.MeetAsync(at, CallBreak.HeldRequest);
        await scene.Pipeline.RevokeAsync(scene.Variables, cancellation);
        held?.Release();
        await scene.ExitAsync(revoked, Exits, cancellation);
        await scene.Pipeline.UpdateAsync(cancellation);
        await scene.RefreshAsync(cancellation);
        await scene.PromoteAsync(await scene.StartAsync());
    }

    public override string ToString() => at is null ? Class : $"{Class} ({at})";
}
