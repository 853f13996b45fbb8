using Spouts.Chaos.Doors;
using Spouts.Chaos.Processes;

namespace Spouts.Chaos.Faults;

/// <param name="at">The call in which it dies; null: wherever it is.</param>
/// <param name="how">Whether that call never reaches the server, or its reply never comes.</param>
internal sealed class KillSpout(Boundary? at = null, CallBreak how = CallBreak.HeldReply) : Fault
{
    public override string Class => "SIGKILL of the spout";

    public override async Task StrikeAsync(Scene scene, CancellationToken cancellation)
    {
        if (at is not null)
            await scene.Leader.MeetAsync(at, how);
        await scene.ReplaceAsync();
    }

    public override string ToString() => at is null ? Class : $"{Class} ({at}, {how})";
}
