using Spouts.Chaos.Doors;
using Spouts.Chaos.Processes;
using Spouts.Chaos.Sources;

namespace Spouts.Chaos.Faults;

/// <summary>Somebody puts a file into the output branch while the spout has a commit open there.</summary>
/// <param name="at">The call before which it comes.</param>
/// <param name="path">The file that it is added to; null: one of its own.</param>
internal sealed class ForeignPut(Boundary at, string? path = null) : Fault
{
    private const string Text = "not from the source\n";

    public override string Class => "foreign put file";

    public override async Task StrikeAsync(Scene scene, CancellationToken cancellation)
    {
        SpoutProcess spout = scene.Leader;
        CallFault held = await spout.MeetAsync(at, CallBreak.HeldRequest);
        await scene.Pipeline.PutAsync(path ?? $"{ChaosSource.ForeignFolder}{scene.Random.Next()}", Text, cancellation);
        held.Release();
        await spout.CommitAsync(1, cancellation);
    }

    public override string ToString() => $"{Class} ({at}, {path ?? ChaosSource.ForeignFolder})";
}
