using System.CommandLine;

namespace Spouts.Bench.Local;

/// <summary><c>local</c>: what a local pachd holds and bears on one machine. Exit code 1 where a limit is missed.</summary>
internal static class LocalCommand
{
    private static readonly Dictionary<string, Func<Scale, ServerProcess, Report, Task>> s_parts = new(StringComparer.Ordinal)
    {
        ["million"] = (scale, server, report) => new MillionBench(scale, server, report).RunAsync(),
        ["commits"] = (scale, server, report) => new CommitsBench(scale, server, report).RunAsync(),
        ["large"] = (scale, server, report) => new LargeBench(scale, server, report).RunAsync(),
        ["clients"] = (scale, server, report) => new ClientsBench(scale, server, report).RunAsync(),
    };

    public static Command Create()
    {
        Argument<string> part = new("part") { Description = "million, commits, large, clients or all.", DefaultValueFactory = _ => "all" };
        part.AcceptOnlyFromAmong([.. s_parts.Keys, "all"]);
        Option<bool> small = new("--small") { Description = "Small sizes: counts and memory are judged, speeds only shown." };
        Option<DirectoryInfo> directory = new("--directory")
        {
            Description = "Where the stores are made, and deleted again; needs 12 GB. Default: the folder for temporary files.",
            DefaultValueFactory = _ => new DirectoryInfo(Path.GetTempPath()),
        };
        Command local = new("local", "Measures the local pachd.") { part, small, directory };
        local.SetAction((parsed, cancellation) => RunAsync(
            parsed.GetRequiredValue(part), parsed.GetValue(small), parsed.GetRequiredValue(directory), cancellation));
        return local;
    }

    private static async Task<int> RunAsync(string wanted, bool small, DirectoryInfo directory, CancellationToken cancellation)
    {
        Report report = new(Console.Out, judgesSpeed: !small);
        Scale scale = small ? Scale.Small : Scale.Full;
        foreach ((string part, Func<Scale, ServerProcess, Report, Task> run) in s_parts.Where(part => wanted is "all" || wanted == part.Key))
        {
            // A store and a process of its own for each part: none measures what another has left.
            await using ServerProcess server = await ServerProcess.StartAsync(directory, part, cancellation);
            await run(scale, server, report);
        }

        return report.End();
    }
}
