using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Spouts.Local.Core.Metadata;
using Spouts.Local.Store;

namespace Spouts.Local.Core.Files;

/// <summary>
/// Turns commits that their writers have finished into finished ones: checks what they changed, adds up their size, fixes
/// what they show. One commit of a repo at a time, in the order in which they were finished, as in the real server: a
/// commit finished before its open parent therefore holds up its repo until it is dropped.
/// </summary>
internal sealed partial class Finisher(Pachd pachd) : IDisposable
{
    private static readonly TimeSpan s_retry = TimeSpan.FromSeconds(1);
    private readonly Lock _lock = new();
    private readonly Dictionary<long, Task> _loops = [];
    private readonly CancellationTokenSource _stop = new();

    public ILogger? Log { get; set; }

    /// <summary>The largest merge, in entries, that a finish makes itself; larger ones follow it.</summary>
    public long InlineMerge { get; set; } = 50_000;

    /// <summary>
    /// How long a commit is FINISHING at least. On a real server it takes a good part of a second; here it would mostly be over
    /// before its writer could ask, and programs that forget to wait would look right.
    /// </summary>
    public TimeSpan ShortestFinish { get; set; }

    /// <summary>Takes up what an earlier process left unfinished.</summary>
    public void Resume()
    {
        foreach (long repo in pachd.Read(tx => tx.List<long>(
            "SELECT DISTINCT repo_id FROM pfs_commit WHERE finishing IS NOT NULL AND finished IS NULL")))
        {
            Wake(repo);
        }
    }

    /// <summary>There is, or may be, something to finish in a repo.</summary>
    public void Wake(long repo)
    {
        lock (_lock)
        {
            if (!_stop.IsCancellationRequested && !_loops.ContainsKey(repo))
                _loops[repo] = Task.Run(() => RunAsync(repo));
        }
    }

    public void Dispose()
    {
        List<Task> running;
        lock (_lock)
        {
            _stop.Cancel();
            running = [.. _loops.Values];
        }

        Task.WaitAll([.. running]);
        _stop.Dispose();
    }

    private async Task RunAsync(long repo)
    {
        try
        {
            while (!_stop.IsCancellationRequested)
            {
                Task changed = pachd.RepoSignals.Next(repo);
                try
                {
                    if (await FinishNextAsync(repo) is not { } blockedBy)
                        continue;
                    if (blockedBy.Count == 0)
                        break;
                    await Task.WhenAny(blockedBy.Append(changed)).WaitAsync(_stop.Token);
                }
                catch (Exception e) when (e is not OperationCanceledException && Log is not null)
                {
                    FinishFailed(Log, repo, e);
                    await Task.Delay(s_retry, pachd.Time, _stop.Token);
                }
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            return;
        }
        finally
        {
            lock (_lock)
                _loops.Remove(repo);
        }

        // A commit finished between the last look and the removal has found this loop still in place.
        if (pachd.Read(tx => Next(tx, repo)) is not null)
            Wake(repo);
    }

    private static List<long> LayersBelow(Tx tx, CommitRow commit)
        => OpenedFiles.Base(tx, commit) is { } below ? tx.Total(below.Id) : [];

    private static CommitRow? Next(Tx tx, long repo)
        => tx.Find<CommitRow>(
            """
            SELECT * FROM commit_row WHERE repo_id = @repo AND finishing IS NOT NULL AND finished IS NULL
            ORDER BY finish_order LIMIT 1
            """,
            new { repo });

    /// <returns>Null: look again at once. Empty: nothing to do. Else what has to change first.</returns>
    private async Task<IReadOnlyList<Task>?> FinishNextAsync(long repo)
    {
        // Taken before the look at the base, so that a base finished meanwhile is not missed.
        (CommitRow Commit, CommitRow? Base)? found = pachd.Read(tx => Next(tx, repo) is { } next
            ? (next, OpenedFiles.Base(tx, next))
            : ((CommitRow, CommitRow?)?)null);
        if (found is not { } work)
            return [];
        if (work.Commit.Error.Length > 0)
        {
            await CloseAsync(work.Commit, null, null, null, null, TimeSpan.Zero, TimeSpan.Zero);
            return null;
        }

        if (work.Base is { } waitingFor)
        {
            Task changed = pachd.CommitSignals.Next(waitingFor.Id);
            if (pachd.Read(tx => tx.FindCommit(waitingFor.Id)) is { } now && (now.Finished is null || !now.HasTotal))
                return [changed];
        }

        await RestAsync(work.Commit.Finishing!.Value);
        await FinishAsync(work.Commit);
        return null;
    }

    private async Task RestAsync(long finishing)
    {
        TimeSpan left = ShortestFinish - TimeSpan.FromTicks(pachd.Now - finishing);
        if (left > TimeSpan.Zero)
            // More is left only when the clock has gone back.
            await Task.Delay(left < ShortestFinish ? left : ShortestFinish, pachd.Time, _stop.Token);
    }

    private async Task FinishAsync(CommitRow commit)
    {
        (List<long> Below, List<long> Diff, long Size) known = pachd.Read(tx =>
        {
            CommitRow? at = OpenedFiles.Base(tx, commit);
            return (LayersBelow(tx, commit), tx.Diff(commit.Id), at?.SizeBytes ?? 0);
        });
        using LayerLease lease = pachd.Layers.Lease([.. known.Below, .. known.Diff]);
        if (known.Diff.Count == 0)
        {
            await CloseAsync(commit, "", known.Size, known.Below, known.Diff, TimeSpan.Zero, TimeSpan.Zero, known.Below);
            return;
        }

        Compaction compaction = new(pachd);
        long start = Stopwatch.GetTimestamp();
        using LayerLease merged = known.Diff.Count == 1
            ? pachd.Layers.Lease(known.Diff)
            : await compaction.MergeAsync(known.Diff, dropDeletes: false, _stop.Token);
        long diff = merged.Layer;
        TimeSpan compacting = Stopwatch.GetElapsedTime(start);
        start = Stopwatch.GetTimestamp();
        DiffCheck check = DiffCheck.Run(pachd.Database, known.Below, diff);
        TimeSpan validating = Stopwatch.GetElapsedTime(start);
        long size = known.Size + check.SizeChange;
        if (check.Error is not null)
        {
            await CloseAsync(commit, check.Error, size, null, known.Diff, compacting, validating);
            return;
        }

        start = Stopwatch.GetTimestamp();
        using LayerLease total = await compaction.TierAsync([.. known.Below, diff], InlineMerge, _stop.Token);
        compacting += Stopwatch.GetElapsedTime(start);
        if (await CloseAsync(commit, "", size, total.Layers, known.Diff, compacting, validating, known.Below))
            pachd.Merges.Offer(commit.Id);
    }

    /// <param name="seen">The commit's own layers as they were looked at; a stream that ended since is not lost.</param>
    /// <param name="below">The layers below it as they were looked at: a large merge may have put others in their place.</param>
    /// <returns>False: something has changed meanwhile, look again.</returns>
    private Task<bool> CloseAsync(
        CommitRow commit,
        string? error,
        long? size,
        IReadOnlyList<long>? total,
        List<long>? seen,
        TimeSpan compacting,
        TimeSpan validating,
        List<long>? below = null)
        => pachd.ChangeAsync(
            false,
            change =>
            {
                change.Moved.Add(commit.Id);
                if (change.Tx.FindCommit(commit.Id) is null || (seen is not null && !change.Tx.Diff(commit.Id).SequenceEqual(seen)))
                    return false;
                if (below is not null && !LayersBelow(change.Tx, commit).SequenceEqual(below))
                    return false;
                if (total is not null)
                    change.Tx.SetTotal(commit.Id, total);
                change.Tx.Execute(
                    """
                    UPDATE pfs_commit SET error = coalesce(@error, error), finished = @Now, updated_at = @Now, size_bytes = @size,
                      compacting = @compacting, validating = @validating
                    WHERE id = @Id
                    """,
                    new { error, size, change.Now, compacting = compacting.Ticks, validating = validating.Ticks, commit.Id });
                if (change.Tx.CommitById(commit.Id) is { Error: "" } finished)
                    Triggers.Fire(change, finished);
                return true;
            },
            CancellationToken.None);

    [LoggerMessage(Level = LogLevel.Error, Message = "A commit of repo {Repo} could not be finished; trying again.")]
    private static partial void FinishFailed(ILogger log, long repo, Exception exception);
}
