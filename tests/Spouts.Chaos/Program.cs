using System.CommandLine;

namespace Spouts.Chaos;

/// <summary>
/// The harness by hand: <c>dotnet run --project tests/Spouts.Chaos -- kill --kills 1000</c>, with any seed. Exit code 1 where
/// anything was not exact.
/// </summary>
internal static class Program
{
    // Whatever else starts this program is a test runner.
    private static Task<int> Main(string[] args) =>
        args is ["kill", .. string[] rest] ? KillAsync(rest) : Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args);

    private static Task<int> KillAsync(string[] args)
    {
        Option<ChaosForm> form = new("--form") { Description = "Files, Lines or Stream.", DefaultValueFactory = _ => ChaosForm.Lines };
        Option<int> seed = new("--seed") { Description = "Draws the kills; random unless given.", DefaultValueFactory = _ => Random.Shared.Next() };
        Option<int> kills = new("--kills") { Description = "How often a process is killed.", DefaultValueFactory = _ => 100 };
        Option<int> items = new("--items") { Description = "How many files or lines there are.", DefaultValueFactory = _ => 2000 };
        RootCommand root = new("Kills a spout and its pachd at random instants and compares what arrived with what was sent.") { form, seed, kills, items };
        root.SetAction(async (parsed, cancellation) =>
        {
            ChaosPlan plan = new()
            {
                Form = parsed.GetValue(form),
                Seed = parsed.GetValue(seed),
                Kills = parsed.GetValue(kills),
                Items = parsed.GetValue(items),
            };
            await Console.Out.WriteLineAsync(plan.ToString());
            ChaosReport report = await new ChaosRun(plan, Console.Out).RunAsync(cancellation);
            return report.IsExact ? 0 : 1;
        });
        return root.Parse(args).InvokeAsync();
    }
}
