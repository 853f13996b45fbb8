using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Spouts.Commands;
using Spouts.Hosting;
using Spouts.Ledgers;
using Spouts.Pachyderm;
using Spouts.Scheduling;

namespace Spouts.Tests.Hosting;

/// <summary>What a spout asks for and nobody registered.</summary>
public sealed class SpoutServicesTests
{
    [Fact]
    public void A_service_that_is_missing_is_named_with_spout_source_and_cure() =>
        AssertNamed("System.Uri", static services => services.GetRequiredService<Uri>());

    [Fact]
    public void So_is_one_with_a_key() =>
        AssertNamed("System.Uri", static services => services.GetRequiredKeyedService<Uri>("home"));

    [Fact]
    public void So_is_one_that_a_service_needs() =>
        AssertNamed("System.Uri", static services => services.GetRequiredService<Needy>());

    [Theory]
    [InlineData(null, "System.Uri, which nobody registered (Yearly needs it)")]
    [InlineData("home", "System.Uri with the key 'home', which nobody registered (Yearly needs it)")]
    public void What_a_source_asks_for_is_missed_at_the_start_though_it_runs_once_a_year(string? key, string said) =>
        AssertMissed(said, static _ => { }, spout: [], source: [(typeof(Uri), key)]);

    [Fact]
    public void So_is_what_its_class_asks_for() =>
        AssertMissed("System.Uri, which nobody registered (its class needs it)", static _ => { }, spout: [(typeof(Uri), null)], source: []);

    [Fact]
    public void What_is_registered_is_not_made_to_find_that_out() => Start(
        static services => services
            .AddSingleton<Needy>(static _ => throw new InvalidOperationException("made"))
            .AddKeyedTransient<Needy>("home", static (_, _) => throw new InvalidOperationException("made")),
        spout: [(typeof(Needy), null), (typeof(ILogger<Needy>), null), (typeof(IServiceProvider), null)],
        source: [(typeof(Needy), "home"), (typeof(IEnumerable<Uri>), null)]);

    [Fact]
    public void A_class_that_the_program_makes_in_its_own_way_needs_nothing_of_what_ours_would()
    {
        Start(static services => services.AddSingleton(new Needy(new("http://example.com"))), spout: [(typeof(Uri), null)], source: []);
        Start(static _ => { }, spout: [(typeof(Uri), null)], source: [], static services => services.AddSingleton(new Needy(new("http://example.com"))));
    }

    [Fact]
    public void On_a_laptop_so_is_what_a_service_needs()
    {
        SpoutConfigurationException missing = Assert.Throws<SpoutConfigurationException>(
            () => SpoutProgram.Build(new(Verb.Run, Json: false, Context: null), AppContext.BaseDirectory, static services => services.AddSingleton<Needy>()));

        Assert.StartsWith($"Unable to resolve service for type 'System.Uri' while attempting to activate '{typeof(Needy)}'. Register what is missing", missing.Message, StringComparison.Ordinal);
        Assert.Equal(64, SpoutProgram.Explain(missing).Code);
    }

    [Fact]
    public void What_else_a_source_throws_stays_as_it_is() =>
        Assert.Equal("closed", Assert.Throws<InvalidOperationException>(() => Run(static _ => throw new InvalidOperationException("closed"))).Message);

    private static void AssertNamed(string service, Func<IServiceProvider, object> ask)
    {
        SpoutConfigurationException missing = Assert.Throws<SpoutConfigurationException>(() => Run(ask));

        Assert.Contains($"The spout 'clicks' asks for the service {service}, which nobody registered (Fetch", missing.Message, StringComparison.Ordinal);
        Assert.Contains("AddSpouts()", missing.Message, StringComparison.Ordinal);
        Assert.Equal(64, SpoutProgram.Explain(missing).Code);
    }

    private static void AssertMissed(
        string said, Action<IServiceCollection> configure, (Type Type, object? Key)[] spout, (Type Type, object? Key)[] source)
    {
        SpoutConfigurationException missing = Assert.Throws<SpoutConfigurationException>(() => Start(configure, spout, source));

        Assert.StartsWith($"The spout 'clicks' asks for the service {said}. Register it", missing.Message, StringComparison.Ordinal);
        Assert.Equal(64, SpoutProgram.Explain(missing).Code);
    }

    // As a program starts, up to its first call.
    private static void Start(
        Action<IServiceCollection> configure, (Type Type, object? Key)[] spout, (Type Type, object? Key)[] source, Action<IServiceCollection>? after = null)
    {
        ServiceCollection services = [];
        configure(services);
        services.AddLogging().AddSpout<Needy>(
            static made => throw new InvalidOperationException("made"),
            new()
            {
                Name = "clicks",
                OutputBranch = "master",
                Services = spout,
                Sources =
                [
                    new()
                    {
                        Name = "Yearly",
                        Trigger = new ScheduleTrigger("@yearly", "UTC"),
                        Services = source,
                        Run = static (_, _, _) => throw new InvalidOperationException("run"),
                    },
                ],
            });
        after?.Invoke(services);
        using ServiceProvider provider = services.BuildServiceProvider();
        WorkerEnvironment worker = new("default", "clicks", "v1", new("http://localhost:1"), Token: null);
        using PachydermChannel sidecar = new(worker.Sidecar, token: null);
        using SpoutRunner runner = new(
            provider.GetRequiredService<SpoutRegistration>(), worker, sidecar, provider, new Unobserved(), TimeProvider.System, NullLoggerFactory.Instance);
    }

    private static void Run(Func<IServiceProvider, object> ask)
    {
        ServiceCollection services = [];
        services.AddSingleton<Needy>().AddSpout(new()
        {
            Name = "clicks",
            OutputBranch = "master",
            Sources =
            [
                new()
                {
                    Name = "Fetch",
                    Trigger = new PollTrigger(TimeSpan.FromSeconds(1)),
                    Run = (provider, _, _) => new[] { SpoutFile.Text("/a", $"{ask(provider)}") }.ToAsyncEnumerable(),
                },
            ],
        });
        using ServiceProvider provider = services.BuildServiceProvider();
        provider.GetRequiredService<SpoutRegistration>().Sources[0].Run(provider, null!, CancellationToken.None);
    }

    private sealed class Unobserved : ICommitObserver
    {
        public void OnCommitted(string spout, string commitId, Ledger ledger, SourceEntry entry) => throw new InvalidOperationException("committed");
    }

    private sealed class Needy(Uri home)
    {
        public override string ToString() => $"{home}";
    }
}
