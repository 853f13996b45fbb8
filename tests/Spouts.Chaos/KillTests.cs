using Xunit;

namespace Spouts.Chaos;

/// <summary>The kills that CI makes; more of them by hand: <c>dotnet run --project tests/Spouts.Chaos -- kill --kills 1000</c>.</summary>
public sealed class KillTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(ChaosForm.Files, 1)]
    [InlineData(ChaosForm.Lines, 3)]
    [InlineData(ChaosForm.Stream, 5)]
    public async Task Whatever_is_killed_nothing_is_lost_and_nothing_doubled(ChaosForm form, int seed)
    {
        ChaosReport report = await RunAsync(new() { Form = form, Seed = seed });

        Assert.True(report.IsExact, report.ToString());
        Assert.True(report.SpoutKills + report.PachdKills >= 100);
        Assert.True(report.SpoutKills > 0 && report.PachdKills > 0);
    }

    [Fact]
    public async Task A_spout_that_acknowledges_before_the_commit_is_caught()
    {
        ChaosReport report = await RunAsync(new() { Form = ChaosForm.Files, Seed = 4, Kills = 40, Items = 800, AcknowledgeEarly = true });

        Assert.NotEmpty(report.Lost);
    }

    private async Task<ChaosReport> RunAsync(ChaosPlan plan)
    {
        ChaosReport report = await new ChaosRun(plan, TextWriter.Null).RunAsync(TestContext.Current.CancellationToken);
        output.WriteLine(report.ToString());
        return report;
    }
}
