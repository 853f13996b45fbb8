using Grpc.Net.Client;
using Spouts.Local.Core;
using Spouts.Local.Store;
using Xunit;

namespace Spouts.Local.Tests;

/// <summary>SIGKILL at random instants, in the midst of mutating calls.</summary>
public sealed class KillTests(ITestOutputHelper output) : IDisposable
{
    private const int Kills = 12;
    private const int Writers = 4;
    private readonly DirectoryInfo _state = Directory.CreateTempSubdirectory("spouts-kill-");

    public void Dispose() => _state.Delete(recursive: true);

    [Fact]
    public async Task A_kill_at_any_instant_loses_nothing_acknowledged_and_leaves_nothing_by_halves()
    {
        int seed = Environment.GetEnvironmentVariable("SPOUTS_KILL_SEED") is { Length: > 0 } given
            ? int.Parse(given, System.Globalization.CultureInfo.InvariantCulture)
            : Random.Shared.Next();
        output.WriteLine($"SPOUTS_KILL_SEED={seed}");
        Random random = new(seed);
        KilledWriter[] writers = [.. Enumerable.Range(0, Writers).Select(i => new KilledWriter($"w{i}"))];
        for (int kill = 0; kill < Kills; kill++)
        {
            using LocalServer server = await LocalServer.StartAsync(_state.FullName);
            using GrpcChannel channel = GrpcChannel.ForAddress($"http://{server.Address}");
            foreach (KilledWriter writer in writers)
                await writer.CheckAsync(channel);
            await KillAsync(server, channel, writers, random.Next(1, 120), random.Next(0, 3000));
        }

        using LocalServer last = await LocalServer.StartAsync(_state.FullName);
        using GrpcChannel lastChannel = GrpcChannel.ForAddress($"http://{last.Address}");
        foreach (KilledWriter writer in writers)
            await writer.CheckAsync(lastChannel);
        last.Kill();
        CheckStore();
    }

    // Dies some microseconds after a random number of acknowledgements, while the other calls are under way.
    private static async Task KillAsync(LocalServer server, GrpcChannel channel, KilledWriter[] writers, int acknowledgements, int microseconds)
    {
        int left = acknowledgements;
        TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task[] running = [.. writers.Select(writer => writer.RunAsync(channel, () =>
        {
            if (Interlocked.Decrement(ref left) == 0)
                reached.SetResult();
        }))];
        await Task.WhenAny([reached.Task, .. running]);
        long start = System.Diagnostics.Stopwatch.GetTimestamp();
        while (System.Diagnostics.Stopwatch.GetElapsedTime(start).TotalMicroseconds < microseconds)
            Thread.SpinWait(10);
        server.Kill();
        await Task.WhenAll(running);
    }

    private void CheckStore()
    {
        using Database database = Database.Open(Path.Combine(_state.FullName, "pachd.db"));
        Assert.Empty(Fsck.Run(database, new ChunkStore(_state.FullName)));
        Assert.Equal(0, database.Read(tx => tx.Scalar<long>("SELECT count(*) FROM layer WHERE sealed = 0")));
    }
}
