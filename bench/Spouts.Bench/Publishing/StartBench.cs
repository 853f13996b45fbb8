using System.Diagnostics;
using System.Globalization;
using Spouts.Pachyderm;
using Spouts.Pachyderm.Protos.Pfs;
using File = System.IO.File;
using Pps = Spouts.Pachyderm.Protos.Pps;
using Spouts.Testing;

namespace Spouts.Bench.Publishing;

/// <summary>
/// The folder sample compiled ahead of time: from the start of its process to its first poll, as a worker of a local pachd that runs already,
/// less the calls that it makes, measured bare.
/// </summary>
internal sealed class StartBench(int starts, Report report)
{
    private const string Sample = "FolderInbox";
    private const string Spout = "folder-inbox";

    public async Task RunAsync()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("spouts-bench-start-");
        try
        {
            NativeProgram program = await NativeProgram.PublishAsync(Sample, folder);
            string inbox = folder.CreateSubdirectory("empty").FullName;
            using LocalCluster cluster = await LocalCluster.StartAsync();
            Dictionary<string, string> variables = new(await cluster.CreateSpoutAsync(Spout))
            {
                ["Inbox__Folder"] = inbox,
                ["Logging__LogLevel__Spouts.Scheduling"] = "Debug",
            };
            WorkerEnvironment worker = WorkerEnvironment.From(variables.GetValueOrDefault);
            List<double> began = [], calls = [], resident = [];
            for (int i = -2; i < starts; i++)
            {
                double bare = await CallAsync(worker);

                // A temporary folder of its own: a process that dies young makes the next one wait.
                variables["TMPDIR"] = folder.CreateSubdirectory($"start-{i}").FullName;
                (double milliseconds, double bytes) = await StartAsync(program.Path, variables);
                if (i < 0)
                    continue;
                calls.Add(bare);
                began.Add(milliseconds);
                resident.Add(bytes);
            }

            double own = Median.Of(began) - Median.Of(calls), peak = Median.Of(resident);
            long size = new System.IO.FileInfo(program.Path).Length;
            report.Section($"{Sample}, compiled ahead of time, {starts} starts");
            report.Figure("start to first poll, the calls that it makes alone", $"{Median.Of(began):N1}, {Median.Of(calls):N1} ms");
            report.Limit("   of its own", $"{own:N1} ms", "<= 30 ms", own <= 30);
            report.Limit("memory resident at the first poll", $"{peak / (1 << 20):N1} MiB", "<= 25 MiB", peak <= 25 << 20);
            report.Limit("program", $"{size / 1e6:N1} MB", "<= 15 MB", size <= 15_000_000);
            report.Count("warnings of the trimmer and the compiler", program.Warnings, 0);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<(double Milliseconds, double ResidentBytes)> StartAsync(string program, Dictionary<string, string> variables)
    {
        ProcessStartInfo info = new(program) { RedirectStandardError = true, RedirectStandardOutput = true };
        foreach ((string name, string value) in variables)
            info.Environment[name] = value;
        long begin = Stopwatch.GetTimestamp();
        using Process process = Process.Start(info)!;
        try
        {
            string last = "";
            while (await process.StandardError.ReadLineAsync() is { } line)
            {
                last = line;
                if (line.Contains(" runs.", StringComparison.Ordinal))
                    return (Stopwatch.GetElapsedTime(begin).TotalMilliseconds, Resident(process.Id));
            }

            throw new InvalidOperationException($"{Sample} ended before its first poll: {last}");
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
    }

    // Whether the server is recent, what a recovery of a repo without commits of the spout asks, and the look at the branch with which a run begins.
    private static async Task<double> CallAsync(WorkerEnvironment worker)
    {
        Branch branch = new()
        {
            Repo = new() { Project = new() { Name = worker.Project }, Name = worker.Pipeline, Type = "user" },
            Name = "master",
        };
        long begin = Stopwatch.GetTimestamp();
        using PachydermChannel channel = new(worker.Sidecar, worker.Token);
        await new Door(channel.Invoker).IsRecentAsync(CancellationToken.None);
        Pps.InspectPipelineRequest pipeline = new() { Pipeline = new() { Project = branch.Repo.Project, Name = worker.Pipeline } };
        await new Pps.API.APIClient(channel.Invoker).InspectPipelineAsync(pipeline);
        API.APIClient pfs = new(channel.Invoker);
        Commit head = new() { Repo = branch.Repo, Id = (await pfs.InspectBranchAsync(new() { Branch = branch })).Head.Id };
        await pfs.InspectCommitAsync(new() { Commit = head });
        await pfs.InspectCommitAsync(new() { Commit = head, Wait = CommitState.Finished });
        await pfs.InspectCommitAsync(new() { Commit = head });
        await pfs.InspectBranchAsync(new() { Branch = branch });
        return Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
    }

    private static long Resident(int process)
    {
        string line = File.ReadLines($"/proc/{process}/status").First(static line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.Split(':')[1].Trim().Split(' ')[0], CultureInfo.InvariantCulture) * 1024;
    }
}
