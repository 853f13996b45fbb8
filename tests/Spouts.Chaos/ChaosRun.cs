using System.Diagnostics;
using Spouts.Chaos.Faults;
using Spouts.Chaos.Processes;
using Spouts.Chaos.Sources;
using Spouts.Chaos.Audits;
using Spouts.Ledgers;
using Spouts.Testing;

namespace Spouts.Chaos;

/// <summary>
/// Runs a spout as a real process against a local pachd as a real process, lets faults strike, lets the spout come to the end of
/// its source, and compares what arrived with what was sent.
/// </summary>
internal sealed class ChaosRun(ChaosPlan plan, TextWriter log)
{
    // One life in four ends in the midst of starting and recovering; the others after a few commits, in the midst of another one.
    private const int MostCommits = 5;
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(0.8);
    private static readonly TimeSpan LongestCommit = TimeSpan.FromMilliseconds(50);

    private readonly SortedDictionary<string, int> _struck = new(StringComparer.Ordinal);

    /// <exception cref="ChaosException">The spout ended or stood still where it should not.</exception>
    public async Task<ChaosReport> RunAsync(CancellationToken cancellation)
    {
        Stopwatch watch = Stopwatch.StartNew();
        await using Scene scene = await Scene.OpenAsync(plan, cancellation);
        string now = "the start";
        try
        {
            foreach (Fault fault in plan.Faults.Concat(FaultDeck.Draw(new(plan.Seed), scene).Take(plan.Draws)))
            {
                now = $"fault {_struck.Values.Sum() + 1}, {fault}";
                scene.Log.Add(now);
                await StrikeAsync(scene, fault, cancellation);
                await log.WriteLineAsync($"{watch.Elapsed.TotalSeconds,7:0.0} {now}");
            }

            now = "the end";
            await FinishAsync(scene, cancellation);
            return await ReportAsync(scene, watch.Elapsed, cancellation);
        }
        catch (Exception failed) when (!cancellation.IsCancellationRequested)
        {
            throw new ChaosException($"{plan}: {now}: {failed.Message}\nThe last lines of the spout:\n{scene.Log}", failed);
        }
    }

    private async Task StrikeAsync(Scene scene, Fault fault, CancellationToken cancellation)
    {
        await LiveAsync(scene, cancellation);
        await fault.StrikeAsync(scene, cancellation);
        await scene.TendAsync(fault.Exits);
        _struck[fault.Class] = _struck.GetValueOrDefault(fault.Class) + 1;
    }

    private static async Task LiveAsync(Scene scene, CancellationToken cancellation)
    {
        Random random = scene.Random;
        if (random.Next(4) == 0)
        {
            await Task.Delay(LongestStart * random.NextDouble(), cancellation);
            return;
        }

        scene.Leader.ForgetCommits();
        await scene.Leader.WaitForCommitsAsync(1 + random.Next(MostCommits), LongestStart, cancellation);
        await Task.Delay(LongestCommit * random.NextDouble(), cancellation);
    }

    // Lets the spout come to the end of its source, undisturbed.
    private static async Task FinishAsync(Scene scene, CancellationToken cancellation)
    {
        Stopwatch waited = Stopwatch.StartNew();
        await scene.Source.CloseAsync();
        using PeriodicTimer look = new(TimeSpan.FromMilliseconds(100));
        while (!await IsDoneAsync(scene, cancellation))
        {
            await scene.TendAsync([]);
            if (waited.Elapsed > SpoutProcess.Patience)
                throw new TimeoutException($"The spout did not come to the end of its source within {SpoutProcess.Patience}.");
            await look.WaitForNextTickAsync(cancellation);
        }

        await scene.Leader.DisposeAsync();
    }

    private static async Task<bool> IsDoneAsync(Scene scene, CancellationToken cancellation)
    {
        SpoutCommit head = (await scene.Repo.ReadCommitsAsync(1, cancellation))[0];
        Ledger? ledger = CommitDescription.Parse(head.Description, head.Id) switch
        {
            CommitDescription.Final final => final.Ledger,
            CommitDescription.Void state => state.Ledger,
            _ => null,
        };
        return head.IsFinished && ledger is not null
            && await scene.Source.IsDrainedAsync(ledger.Entry(new("Read")), scene.Repo, cancellation);
    }

    private async Task<ChaosReport> ReportAsync(Scene scene, TimeSpan duration, CancellationToken cancellation)
    {
        ChaosFindings findings = new();
        scene.Source.Compare(await scene.Repo.ReadFilesAsync(cancellation), findings);
        IReadOnlyList<SpoutCommit> commits = await scene.Repo.ReadCommitsAsync(cancellation);
        RepoAudit audit = new(scene.Repo, scene.Source, scene.Removals, findings);
        await audit.RunAsync(commits, cancellation);
        ChaosReport report = new()
        {
            Plan = plan,
            Struck = _struck,
            Findings = findings,
            Items = scene.Source.Items,
            Commits = commits.Count,
            Batches = audit.Carriers.Count,
            Interrupted = commits.Count(commit => CommitDescription.Parse(commit.Description, commit.Id) is CommitDescription.Pending),
            Compared = ProvenanceAudit.Run(scene, commits, audit.Carriers, findings),
            Processes = scene.Processes.Count,
            Exits = scene.Exits,
            Duration = duration,
        };
        await log.WriteLineAsync(report.ToString());
        if (!report.IsExact)
            await log.WriteLineAsync($"  what happened is in {await KeepAsync(scene, commits, cancellation)}");
        return report;
    }

    // The same seed strikes at other instants: what there is to learn has to be learnt from this run.
    private async Task<string> KeepAsync(Scene scene, IReadOnlyList<SpoutCommit> commits, CancellationToken cancellation)
    {
        string file = Path.Combine(Path.GetTempPath(), $"spouts-chaos-{plan.Seed}-{Guid.NewGuid():N}.txt");
        IEnumerable<string> history = commits.Reverse().Select(static commit =>
            $"{commit.Id} on {commit.ParentId}, finished {commit.IsFinished}, {commit.Error}: {commit.Description}");
        await File.WriteAllLinesAsync(file, [.. scene.Log.Lines, .. history], cancellation);
        return file;
    }
}
