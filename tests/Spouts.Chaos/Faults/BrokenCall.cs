using Spouts.Chaos.Doors;
using Spouts.Chaos.Processes;

namespace Spouts.Chaos.Faults;

/// <summary>One call that breaks, or stalls, on its way to the server or back. The spout has to get on by itself.</summary>
internal sealed class BrokenCall(Boundary at, CallBreak how) : Fault
{
    private static readonly TimeSpan ShortestStall = TimeSpan.FromSeconds(0.5);

    public override string Class => how switch
    {
        CallBreak.Reset => "connection reset",
        CallBreak.LostReply => "lost reply",
        _ => "stall",
    };

    public override async Task StrikeAsync(Scene scene, CancellationToken cancellation)
    {
        SpoutProcess spout = scene.Leader;
        CallFault fault = spout.Door.Arm(at, how);
        if (at.IsOfRecovery)
            spout.Door.Arm(Boundary.Attach, CallBreak.LostReply);
        await spout.UntilAsync(fault.Struck, $"it made a call to {at}");
        if (how is CallBreak.HeldRequest or CallBreak.HeldReply)
            await Task.Delay(ShortestStall * (1 + (2 * scene.Random.NextDouble())), cancellation);
        fault.Release();
        await spout.CommitAsync(1, cancellation);
    }

    public override string ToString() => $"{Class} ({at}, {how})";
}
