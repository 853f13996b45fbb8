using Spouts.Testing;

namespace Spouts.Tests.Publishing;

/// <summary>One local pachd for the tests of a class; each test has a spout of its own on it.</summary>
public sealed class PachdFixture : IAsyncLifetime
{
    // Of all fixtures: what a process measures is told apart by the names of its spouts.
    private static int _spouts;

    public LocalCluster Cluster { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Cluster = await LocalCluster.StartAsync();

    internal async Task<TestSpout> CreateSpoutAsync()
    {
        string name = $"s{Interlocked.Increment(ref _spouts)}";
        return new(Cluster, name, await Cluster.CreateSpoutAsync(name));
    }

    public ValueTask DisposeAsync()
    {
        Cluster.Dispose();
        return ValueTask.CompletedTask;
    }
}
