using Spouts.Chaos.Doors;
using Spouts.Chaos.Processes;

namespace Spouts.Chaos.Faults;

/// <summary>The leader stops, another process takes over, and then the leader goes on where it was.</summary>
/// <param name="at">The step at which it stops; null: wherever it is.</param>
/// <param name="how">Whether its call reaches the server only when it goes on, or its reply comes as it goes on.</param>
internal sealed class Zombie(Boundary? at = null, CallBreak how = CallBreak.HeldReply) : Fault
{
    public override string Class => at is null ? "zombie, at any instant" : "zombie, at a step";

    public override IReadOnlyList<int> Exits => [ExitCodes.Fenced];

    public override async Task StrikeAsync(Scene scene, CancellationToken cancellation)
    {
        SpoutProcess zombie = scene.Leader;
        CallFault? held = await HaltAsync(scene, zombie, cancellation);
        SpoutProcess successor = await scene.StartAsync();
        await successor.CommitAsync(2, cancellation);
        zombie.ForgetLines();
        zombie.Continue();
        held?.Release();
        await zombie.StirAsync(cancellation);
        await scene.PromoteAsync(scene.Random.Next(2) == 0 ? zombie : successor);

        // One that was fenced again and again may still be about to end.
        await scene.SettleAsync(Exits, cancellation);
    }

    public override string ToString() => at is null ? Class : $"{Class} ({at}, {how})";

    // Answers the call that is still held.
    private async Task<CallFault?> HaltAsync(Scene scene, SpoutProcess spout, CancellationToken cancellation)
    {
        if (at == Boundary.Acknowledge)
        {
            await File.Create($"{scene.Source.Folder.FullName}.stop").DisposeAsync();
            await spout.UntilAsync(spout.WaitForStopAsync(cancellation), "it acknowledged anything");
            return null;
        }

        CallFault? held = at is null ? null : await spout.MeetAsync(at, how);
        spout.Stop();
        if (how is CallBreak.HeldReply)
            held?.Release();
        return held;
    }
}
