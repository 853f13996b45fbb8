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
        Random random = Killing.Random(output);
        KilledWriter[] writers = [.. Enumerable.Range(0, Writers).Select(i => new KilledWriter($"w{i}"))];
        for (int kill = 0; kill < Kills; kill++)
        {
            using LocalServer server = await LocalServer.StartAsync(_state.FullName);
            using GrpcChannel channel = GrpcChannel.ForAddress($"http://{server.Address}");
            foreach (KilledWriter writer in writers)
                await writer.CheckAsync(channel);
            await Killing.KillAsync(
                server,
                writers.Select<KilledWriter, Func<Action, Task>>(writer => acknowledged => writer.RunAsync(channel, acknowledged)),
                random.Next(1, 120),
                random.Next(0, 3000));
        }

        using LocalServer last = await LocalServer.StartAsync(_state.FullName);
        using GrpcChannel lastChannel = GrpcChannel.ForAddress($"http://{last.Address}");
        foreach (KilledWriter writer in writers)
            await writer.CheckAsync(lastChannel);
        last.Kill();
        Killing.CheckStore(_state.FullName);
        using Database database = Database.Open(Pachd.DatabaseOf(_state.FullName));
        Assert.Equal(0, database.Read(tx => tx.Scalar<long>("SELECT count(*) FROM layer WHERE sealed = 0")));
    }
}
