using System.Globalization;
using Spouts.Chaos.Faults;
using Spouts.Chaos.Processes;
using Spouts.Chaos.Sources;
using Xunit;

namespace Spouts.Chaos;

/// <summary>The faults that CI draws, from a seed that is new each time and can be given again as <c>CHAOS_SEED</c>.</summary>
public sealed class FaultTests(ITestOutputHelper output)
{
    private const int Faults = 78;

    private static readonly int Seed =
        int.TryParse(Environment.GetEnvironmentVariable("CHAOS_SEED"), CultureInfo.InvariantCulture, out int seed) ? seed : Random.Shared.Next();

    [Theory]
    [InlineData(ChaosForm.Lines, true)]
    [InlineData(ChaosForm.Stream, false)]
    [InlineData(ChaosForm.FixedSizes, false)]
    [InlineData(ChaosForm.Files, false)]
    [InlineData(ChaosForm.Queue, true)]
    [InlineData(ChaosForm.FullQueues, false)]
    public async Task Whatever_happens_nothing_is_lost_and_nothing_doubled(ChaosForm form, bool auth)
    {
        output.WriteLine($"CHAOS_SEED={Seed}");
        Assert.SkipUnless(form is not (ChaosForm.Queue or ChaosForm.FullQueues) || RabbitBroker.IsInstalled, RabbitBroker.HowToInstall);

        await Expect.ExactAsync(output, new ChaosPlan { Form = form, Auth = auth, Seed = Seed, Draws = Faults / 6 });
    }

    [Fact]
    public async Task A_spout_that_acknowledges_before_the_commit_is_caught()
    {
        Fault[] kills = [.. Enumerable.Range(0, 10).Select(_ => new KillSpout())];

        ChaosPlan plan = new() { Form = ChaosForm.Files, Seed = Seed, Faults = kills, AcknowledgeEarly = true };
        ChaosReport report = await new ChaosRun(plan, TextWriter.Null).RunAsync(TestContext.Current.CancellationToken);

        Assert.NotEmpty(report.Findings.Lost);
    }
}
