using Spouts.Conformance;
using Xunit;

[assembly: AssemblyFixture(typeof(ServerFixture))]

namespace Spouts.Conformance;

/// <summary>One local pachd for all scenarios: they keep out of each other's way by their names.</summary>
public sealed class ServerFixture : IAsyncLifetime
{
    private LocalServer? _server;
    private Player? _player;

    public Player Player => _player ?? throw new InvalidOperationException("The server is not up.");

    public async ValueTask InitializeAsync()
    {
        _server = await LocalServer.StartAsync();
        _player = new Player(_server.Cluster, _server.Sidecar);
    }

    public async ValueTask DisposeAsync()
    {
        _player?.Dispose();
        if (_server is not null)
            await _server.DisposeAsync();
    }
}
