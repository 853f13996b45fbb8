using Spouts.Conformance;
using Xunit;

[assembly: AssemblyFixture(typeof(ServerFixture))]

namespace Spouts.Conformance;

/// <summary>Two local pachds for all scenarios, one with auth: the scenarios keep out of each other's way by their names.</summary>
public sealed class ServerFixture : IAsyncLifetime
{
    private readonly List<LocalServer> _servers = [];
    private Player? _plain;
    private Player? _withAuth;

    public Player PlayerOf(Scenario scenario)
        => (scenario.Auth ? _withAuth : _plain) ?? throw new InvalidOperationException("The server is not up.");

    public async ValueTask InitializeAsync()
    {
        _plain = Player.Against(await StartAsync());
        _withAuth = await Player.ActivatedAsync(await StartAsync());
    }

    public async ValueTask DisposeAsync()
    {
        _plain?.Dispose();
        _withAuth?.Dispose();
        foreach (LocalServer server in _servers)
            await server.DisposeAsync();
    }

    private async Task<LocalServer> StartAsync()
    {
        LocalServer server = await LocalServer.StartAsync();
        _servers.Add(server);
        return server;
    }
}
