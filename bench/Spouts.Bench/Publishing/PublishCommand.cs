using System.CommandLine;

namespace Spouts.Bench.Publishing;

/// <summary><c>publish</c>: what a spout costs beside what it cannot avoid. Exit code 1 where a limit is missed.</summary>
internal static class PublishCommand
{
    private static readonly Dictionary<string, Func<bool, Report, Task>> s_parts = new(StringComparer.Ordinal)
    {
        ["file"] = static (small, report) => new UploadBench(small, report).FileAsync(),
        ["files"] = static (small, report) => new UploadBench(small, report).FilesAsync(),
        ["million"] = static (small, report) => new UploadBench(small, report).MillionAsync(),
        ["cursors"] = static (small, report) => new UploadBench(small, report).CursorsAsync(),
        ["commit"] = static (small, report) => new CommitBench(small ? 20 : 200, report).RunAsync(),
        ["recover"] = static (small, report) => new RecoverBench(small ? [10, 100] : [10, 1_000, 10_000], report).RunAsync(),
        ["start"] = static (small, report) => new StartBench(small ? 2 : 20, report).RunAsync(),
    };

    public static Command Create()
    {
        Argument<string> part = new("part") { Description = "file, files, million, cursors, commit, recover, start or all.", DefaultValueFactory = _ => "all" };
        part.AcceptOnlyFromAmong([.. s_parts.Keys, "all"]);
        Option<bool> small = new("--small") { Description = "Small sizes: counts and memory are judged, speeds only shown." };
        Command publish = new("publish", "Measures the framework.") { part, small };
        publish.SetAction((parsed, _) => RunAsync(parsed.GetRequiredValue(part), parsed.GetValue(small)));
        return publish;
    }

    private static async Task<int> RunAsync(string wanted, bool small)
    {
        Report report = new(Console.Out, judgesSpeed: !small);
        foreach ((string part, Func<bool, Report, Task> run) in s_parts.Where(part => wanted is "all" || wanted == part.Key))
            await run(small, report);
        return report.End();
    }
}
