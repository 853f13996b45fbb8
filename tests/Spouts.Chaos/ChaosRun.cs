using System.Diagnostics;
using System.Globalization;
using Spouts.Ledgers;
using Spouts.Testing;

namespace Spouts.Chaos;

/// <summary>
/// Runs a spout as a real process against a local pachd as a real process, kills either at random instants, starts it again at
/// once, and compares what arrived with what was sent.
/// </summary>
internal sealed class ChaosRun(ChaosPlan plan, TextWriter log)
{
    // One life in four ends in the midst of starting and recovering; the others after a few commits, in the midst of another one.
    private const int MostCommits = 7;
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(0.8);
    private static readonly TimeSpan LongestCommit = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly Random _random = new(plan.Seed);
    private readonly string _spout = plan.Form switch
    {
        ChaosForm.Files => "folder-queue",
        ChaosForm.Stream => "numbered-stream",
        _ => "numbered-log",
    };

    private int _spoutKills;
    private int _pachdKills;

    public async Task<ChaosReport> RunAsync(CancellationToken cancellation)
    {
        Stopwatch watch = Stopwatch.StartNew();
        DirectoryInfo folder = Directory.CreateTempSubdirectory("spouts-chaos-");
        try
        {
            ChaosSource source = new(plan, folder.FullName);
            using LocalCluster cluster = await LocalCluster.StartAsync(cancellationToken: cancellation);
            Dictionary<string, string> variables = new(await cluster.CreateSpoutAsync(_spout, cancellationToken: cancellation))
            {
                ["CHAOS_FOLDER"] = folder.FullName,
                ["CHAOS_ITEMS"] = plan.Items.ToString(CultureInfo.InvariantCulture),
                ["CHAOS_BATCH"] = plan.Batch.ToString(CultureInfo.InvariantCulture),
                ["CHAOS_ACKNOWLEDGE_EARLY"] = plan.AcknowledgeEarly ? "true" : "false",
            };
            using SpoutProcess spout = new(variables);
            spout.Start();
            await KillAsync(cluster, spout, cancellation);
            using SpoutRepo repo = cluster.OpenRepo(_spout);
            await FinishAsync(repo, spout, source, cancellation);
            spout.Kill();
            return await ReportAsync(repo, source, watch.Elapsed, cancellation);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private async Task KillAsync(LocalCluster cluster, SpoutProcess spout, CancellationToken cancellation)
    {
        while (_spoutKills + _pachdKills < plan.Kills)
        {
            await LiveAsync(spout, cancellation);
            RefuseEnd(spout);
            if (_random.Next(3) > 0)
            {
                spout.Kill();
                spout.Start();
                _spoutKills++;
            }
            else
            {
                cluster.Kill();
                await cluster.RestartAsync(cancellation);
                _pachdKills++;
            }
        }
    }

    private async Task LiveAsync(SpoutProcess spout, CancellationToken cancellation)
    {
        if (_random.Next(4) == 0)
        {
            await Task.Delay(LongestStart * _random.NextDouble(), cancellation);
            return;
        }

        await spout.WaitForCommitsAsync(1 + _random.Next(MostCommits), LongestStart, cancellation);
        await Task.Delay(LongestCommit * _random.NextDouble(), cancellation);
    }

    // Lets the spout come to the end of its source, undisturbed.
    private async Task FinishAsync(SpoutRepo repo, SpoutProcess spout, ChaosSource source, CancellationToken cancellation)
    {
        Stopwatch waited = Stopwatch.StartNew();
        using PeriodicTimer look = new(TimeSpan.FromMilliseconds(100));
        while (!await IsDoneAsync(repo, source, cancellation))
        {
            RefuseEnd(spout);
            if (waited.Elapsed > Patience)
                throw new TimeoutException($"The spout did not come to its end within {Patience}. Its last lines:\n{spout.Log}");
            await look.WaitForNextTickAsync(cancellation);
        }
    }

    private async Task<bool> IsDoneAsync(SpoutRepo repo, ChaosSource source, CancellationToken cancellation)
    {
        if (plan.Form is ChaosForm.Files)
        {
            return !Directory.EnumerateFileSystemEntries(source.Folder).Any()
                && (await repo.ReadCommitsAsync(cancellation)).All(commit => !commit.IsOpen);
        }

        SpoutCommit head = (await repo.ReadCommitsAsync(cancellation))[0];
        return CommitDescription.Parse(head.Description, head.Id) is CommitDescription.Final or CommitDescription.Void
            && Read(head)!.Entry(new("Read")).Cursor("next") is { ValueKind: System.Text.Json.JsonValueKind.Number } next
            && next.GetInt32() >= plan.Items
            && head.IsFinished;
    }

    private static Ledger? Read(SpoutCommit commit) => CommitDescription.Parse(commit.Description, commit.Id) switch
    {
        CommitDescription.Final final => final.Ledger,
        CommitDescription.Void state => state.Ledger,
        _ => null,
    };

    private static void RefuseEnd(SpoutProcess spout)
    {
        if (spout.HasExited)
            throw new InvalidOperationException($"The spout ended by itself with exit code {spout.ExitCode}. Its last lines:\n{spout.Log}");
    }

    private async Task<ChaosReport> ReportAsync(SpoutRepo repo, ChaosSource source, TimeSpan duration, CancellationToken cancellation)
    {
        List<string> lost = [], doubled = [], wrong = [];
        source.Compare(await repo.ReadFilesAsync(cancellation), lost, doubled, wrong);
        IReadOnlyList<SpoutCommit> commits = await repo.ReadCommitsAsync(cancellation);
        BatchAudit audit = await BatchAudit.RunAsync(repo, commits, cancellation);
        ChaosReport report = new()
        {
            Plan = plan,
            SpoutKills = _spoutKills,
            PachdKills = _pachdKills,
            Lost = lost,
            Doubled = doubled,
            Wrong = wrong,
            Open = [.. commits.Where(commit => commit.IsOpen || !commit.IsFinished).Select(commit => $"left open: {commit.Id}")],
            BatchFaults = audit.Faults,
            Commits = commits.Count,
            Batches = audit.Batches,
            Interrupted = commits.Count(commit => CommitDescription.Parse(commit.Description, commit.Id) is CommitDescription.Pending),
            Duration = duration,
        };
        await log.WriteLineAsync(report.ToString());
        return report;
    }
}
