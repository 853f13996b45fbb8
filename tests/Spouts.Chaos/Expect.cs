using Spouts.Chaos.Faults;
using Spouts.Chaos.Sources;
using Xunit;

namespace Spouts.Chaos;

internal static class Expect
{
    /// <summary>Lets faults strike a spout, one after the other, and wants all of the source exactly once.</summary>
    public static Task ExactAsync(ITestOutputHelper output, ChaosForm form, params Fault[] faults) =>
        ExactAsync(output, new ChaosPlan { Form = form, Seed = Random.Shared.Next(), Faults = faults });

    public static async Task ExactAsync(ITestOutputHelper output, ChaosPlan plan)
    {
        ChaosReport report = await new ChaosRun(plan, TextWriter.Null).RunAsync(TestContext.Current.CancellationToken);
        output.WriteLine(report.ToString());
        Assert.True(report.IsExact, report.ToString());
        Assert.Equal(plan.Faults.Count + plan.Draws, report.Struck.Values.Sum());
    }
}
