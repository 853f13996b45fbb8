using System.Security.Cryptography;
using Spouts.Chaos.Processes;
using Spouts.Chaos.Spout;
using Spouts.Testing;
using Xunit;

namespace Spouts.Chaos;

public sealed class LargeFileTests(ITestOutputHelper output)
{
    private const long Megabyte = 1024 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    [Fact]
    public async Task A_file_of_two_gigabytes_goes_through_in_less_than_100_MiB_of_memory()
    {
        const int Megabytes = 2048;
        using LocalCluster cluster = await LocalCluster.StartAsync();
        Dictionary<string, string> variables = new(await cluster.CreateSpoutAsync("large-file"))
        {
            ["CHAOS_MEGABYTES"] = $"{Megabytes}",
            ["CHAOS_BATCH"] = "1",
        };
        using SpoutRepo repo = cluster.OpenRepo("large-file");
        SpoutLog log = new();
        await using SpoutProcess spout = await SpoutProcess.StartAsync(variables, log);

        await UntilCommittedAsync(repo, spout, log);

        output.WriteLine($"{spout.PeakResident / Megabyte} MiB resident at most");
        Assert.InRange(spout.PeakResident, 1, 100 * Megabyte);
        await using Stream arrived = await repo.OpenReadAsync("/large");
        Assert.Equal(await SHA256.HashDataAsync(new CountingStream(Megabytes * Megabyte)), await SHA256.HashDataAsync(arrived));
    }

    private static async Task UntilCommittedAsync(SpoutRepo repo, SpoutProcess spout, SpoutLog log)
    {
        using CancellationTokenSource patience = new(Patience);
        using PeriodicTimer look = new(TimeSpan.FromMilliseconds(100));
        while (true)
        {
            SpoutCommit head = (await repo.ReadCommitsAsync(patience.Token))[0];
            if (head.IsFinished && head.Description.StartsWith("spouts/1 #1 ", StringComparison.Ordinal))
                return;
            Assert.False(spout.HasExited, log.ToString());
            await look.WaitForNextTickAsync(patience.Token);
        }
    }
}
