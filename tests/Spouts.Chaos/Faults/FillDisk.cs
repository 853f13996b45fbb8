using Spouts.Chaos.Processes;

namespace Spouts.Chaos.Faults;

/// <summary>The disk of the pachd's store, and of the spout's temporary files, has no byte left for a while.</summary>
internal sealed class FillDisk : Fault
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    public override string Class => "disk full";

    public override async Task StrikeAsync(Scene scene, CancellationToken cancellation)
    {
        SmallDisk disk = scene.Disk ?? throw new InvalidOperationException("There is no disk that could be filled: nobody here may mount one.");
        disk.Fill();
        await Task.Delay(Longest * scene.Random.NextDouble(), cancellation);
        disk.Free();
        await scene.Leader.CommitAsync(1, cancellation);
    }
}
