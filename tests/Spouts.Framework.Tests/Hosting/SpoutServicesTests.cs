using Microsoft.Extensions.DependencyInjection;
using Spouts.Hosting;

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

    private sealed class Needy(Uri home)
    {
        public override string ToString() => $"{home}";
    }
}
