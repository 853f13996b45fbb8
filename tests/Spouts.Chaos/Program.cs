using System.CommandLine;
using Spouts.Chaos.Mutations;
using Spouts.Chaos.Sources;

namespace Spouts.Chaos;

/// <summary>
/// The harness by hand: <c>dotnet run --project tests/Spouts.Chaos -- run --faults 1000</c>, with any seed. Exit code 1 where
/// anything was not exact.
/// </summary>
internal static class Program
{
    // The most faults that strike one spout; longer runs are several, one after the other.
    private const int Most = 50;

    // Whatever else starts this program is a test runner.
    private static Task<int> Main(string[] args) => args is ["run" or "mutate", ..]
        ? Commands().Parse(args).InvokeAsync()
        : Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args);

    private static RootCommand Commands()
    {
        Option<int> faults = new("--faults") { Description = "How many faults strike.", DefaultValueFactory = _ => 100 };
        Option<int> seed = new("--seed") { Description = "Draws the faults; random unless given.", DefaultValueFactory = _ => Random.Shared.Next() };
        Option<ChaosForm?> form = new("--form") { Description = "What the spout brings in; each form in turn unless given." };
        Option<bool?> auth = new("--auth") { Description = "Whether Pachyderm's auth is on; in turn unless given." };
        Command run = new("run", "Lets faults strike a spout and its pachd, and compares what arrived with what was sent.") { faults, seed, form, auth };
        run.SetAction((parsed, cancellation) => RunAsync(
            Plans(parsed.GetValue(faults), parsed.GetValue(seed), parsed.GetValue(form), parsed.GetValue(auth)), cancellation));
        Option<string[]> only = new("--only") { Description = "Only the mutations whose fault or step contains this, or one of several.", DefaultValueFactory = _ => [""] };
        Command mutate = new("mutate", "Takes out each step that protects from a fault, and shows that a test fails without it.") { only };
        mutate.SetAction((parsed, cancellation) => MutateAsync(parsed.GetValue(only)!, cancellation));
        return new("Shows that spouts are exactly once, whatever dies.") { run, mutate };
    }

    private static async Task<int> MutateAsync(string[] only, CancellationToken cancellation)
    {
        using MutationRun run = new(Console.Out);
        return await run.RunAsync([.. MutationList.All.Where(mutation => only.Any($"{mutation.Fault} {mutation.Without}".Contains))], cancellation) ? 0 : 1;
    }

    private static IEnumerable<ChaosPlan> Plans(int faults, int seed, ChaosForm? form, bool? auth)
    {
        ChaosForm[] forms = form is { } one ? [one] : Enum.GetValues<ChaosForm>();
        int most = Math.Min(Most, (faults + forms.Length - 1) / forms.Length);
        for (int plan = 0; faults > 0; plan++, faults -= most)
        {
            yield return new()
            {
                Form = forms[plan % forms.Length],
                Auth = auth ?? plan / forms.Length % 2 == plan % 2,
                Seed = seed + plan,
                Draws = Math.Min(most, faults),
            };
        }
    }

    private static async Task<int> RunAsync(IEnumerable<ChaosPlan> plans, CancellationToken cancellation)
    {
        List<ChaosReport> reports = [];
        int failures = 0;
        foreach (ChaosPlan plan in plans)
        {
            await Console.Out.WriteLineAsync(plan.ToString());
            try
            {
                reports.Add(await new ChaosRun(plan, Console.Out).RunAsync(cancellation));
            }
            catch (ChaosException failed)
            {
                failures++;
                await Console.Out.WriteLineAsync(failed.ToString());
            }
        }

        await Console.Out.WriteLineAsync(ChaosTable.Of(reports));
        return failures == 0 && reports.TrueForAll(report => report.IsExact) ? 0 : 1;
    }
}
