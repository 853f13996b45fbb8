using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Spouts.Commands;
using Spouts.Hosting;

namespace Spouts.Tests.Adversary;

/// <summary>A published program looks at a cluster only when it is named, and says how.</summary>
public sealed class ActiveContextTests
{
    [Theory]
    [InlineData("Doctor")]
    [InlineData("State")]
    [InlineData("DryRun")]
    public async Task A_command_that_looks_at_a_cluster_says_how_to_name_it(string verb)
    {
        SpoutConfigurationException refused = await RunAsync(Enum.Parse<Verb>(verb));

        Assert.Contains("--context NAME", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("create pipeline", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_command_that_writes_says_who_may_run_it() =>
        Assert.Contains("pachctl create pipeline -f spouts/NAME/pipeline.json", (await RunAsync(Verb.Run)).Message, StringComparison.Ordinal);

    private static async Task<SpoutConfigurationException> RunAsync(Verb verb)
    {
        ProgramOptions options = new(verb, Json: false, Context: null);
        using IHost host = SpoutProgram.Build(options, projectFolder: null, static services => services.AddSingleton(new SpoutRegistration
        {
            Name = "clicks",
            OutputBranch = "master",
            Sources = [new() { Name = "Fetch", Trigger = new PollTrigger(TimeSpan.FromSeconds(1)), Run = static (_, _, ct) => SourceFiles.From([], ct) }],
        }));
        return await Assert.ThrowsAsync<SpoutConfigurationException>(
            () => new SpoutSession(host.Services, options).RunAsync(Target.Local, project: null, CancellationToken.None));
    }
}
