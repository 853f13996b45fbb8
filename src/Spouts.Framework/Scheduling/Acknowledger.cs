using Microsoft.Extensions.Logging;
using Spouts.Batching;
using Spouts.Ledgers;
using Spouts.Publishing;

namespace Spouts.Scheduling;

/// <summary>
/// Tells a source what became of its files, and knows which items of its queue the ledger has to keep, and for how long.
/// </summary>
internal sealed partial class Acknowledger(string spout, string source, ItemPlaces places, RunningTime running, TimeProvider time, ILogger logger)
{
    // An acknowledgement that fails is tried again: a process that ends for it takes its other sources along.
    private const int MostAttempts = 5;
    private static readonly TimeSpan LongestAttempts = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ShortestWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(8);

    // By then every queue that was listened to has delivered again what was not acknowledged.
    private static readonly TimeSpan LongestRedelivery = TimeSpan.FromHours(24);

    // Short enough for a ledger, and long enough for a process that dies young: what is cut off only keeps an id longer.
    private const int HourParts = 100;

    private readonly HashSet<string> _acknowledged = new(StringComparer.Ordinal);

    // When this process would have published what the ledger holds, in the time that its source has run.
    private Dictionary<string, TimeSpan> _published = new(StringComparer.Ordinal);
    private SourceEntry _last = SourceEntry.Empty;
    private volatile int _open;
    private bool _hasSlowed;

    /// <summary>The items that are not to be published again.</summary>
    public KnownItems Known { get; } = new([]);

    /// <summary>Whether the ledger holds so many ids that those which it may let go are worth a commit.</summary>
    public bool IsCrowded => 2 * _published.Count > places.Share && _open < _published.Count;

    /// <summary>How many items the open batch may have: half of what is free, and one where nothing is, so that it goes on.</summary>
    /// <param name="items">How many it has.</param>
    public int MaxItems(int items)
    {
        places.Use(source);
        return Math.Max(1, (places.Share - _open - (Known.Staged - items)) / 2);
    }

    /// <summary>Takes the source's entry as the ledger has it: it may be another process's.</summary>
    public void Observe(SourceEntry entry)
    {
        if (entry != _last)
        {
            // What was acknowledged may have been dropped since, and published again.
            bool isOlder = !(entry.Number > _last.Number);
            _acknowledged.Clear();
            Known.Reset(Adopt(entry), isOlder);
        }

        Count();
    }

    /// <summary>Takes the source's entry as a commit of this process has it.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="batch">The files of the batch.</param>
    public void Commit(SourceEntry entry, IEnumerable<Acknowledgement> batch)
    {
        Known.Commit(Adopt(entry), batch, running.Elapsed, LongestRedelivery);
        _acknowledged.IntersectWith(_published.Keys);
        Count();
    }

    /// <summary>The entry of a batch with the items that the ledger has to keep: its own, and those before it that may still come again.</summary>
    /// <param name="entry">The source's entry once the batch is published.</param>
    /// <param name="last">The source's entry that it stands on.</param>
    /// <param name="batch">The files of the batch.</param>
    public SourceEntry Keep(SourceEntry entry, SourceEntry last, IEnumerable<Acknowledgement> batch)
    {
        // From a cursor that has not moved, acknowledged items may be read again.
        bool mayLetGo = entry.Cursors is not { } cursors || cursors != last.Cursors;
        List<ItemBatch> kept = [];
        foreach (ItemBatch published in last.ItemBatches)
            Add(new(Hours(published), [.. published.Items.Where(item => !(mayLetGo && IsOver(item.Id)) || Known.IsAwaited(item.Id))]));
        Add(new(0, [.. batch.Where(static file => file is { Item: not null, IsStaged: true }).Select(static file => new StoredItem(file.Item!, file.Content))]));
        return entry.WithItems(kept);

        void Add(ItemBatch items)
        {
            if (items.Items.Count == 0)
                return;
            if (kept.Count > 0 && kept[^1].Hours.Equals(items.Hours))
                kept[^1] = new(items.Hours, [.. kept[^1].Items, .. items.Items]);
            else
                kept.Add(items);
        }
    }

    /// <summary>Whether the items of a batch that has nothing new are still published.</summary>
    public bool Knows(IEnumerable<Acknowledgement> batch) => batch.All(file => file.Item is null || Known.Contains(file.Item, out _));

    /// <summary>Acknowledges a batch that is durable, or one of nothing but items that an earlier commit has.</summary>
    /// <param name="files">What hangs on its files.</param>
    /// <param name="committed">Its commit.</param>
    /// <param name="context">The run that yielded it.</param>
    /// <param name="cancellation">Ends it between two callbacks.</param>
    /// <exception cref="AcknowledgementFailedException">A callback threw: the run is over, and nothing in it would be acknowledged later.</exception>
    public async Task AcknowledgeAsync(
        IReadOnlyList<Acknowledgement> files, CommittedBatch committed, SpoutContext context, CancellationToken cancellation)
    {
        List<Acknowledgement> done = [];
        foreach (Acknowledgement file in files)
        {
            if (!file.TryBegin())
                continue;
            if (file.Committed is { } callback)
                await GuardAsync(file.Path, committed.CommitId, () => callback(new(file.Path, committed.CommitId), cancellation), cancellation).ConfigureAwait(false);
            if (file.Item is not null)
                done.Add(file);
        }

        foreach (Func<CommittedBatch, CancellationToken, ValueTask> callback in context.Committed)
            await GuardAsync("the batch", committed.CommitId, () => callback(committed, cancellation), cancellation).ConfigureAwait(false);
        foreach (Acknowledgement file in done)
        {
            Known.Acknowledge(file);
            _acknowledged.Add(file.Item!);
        }

        Count();
    }

    /// <summary>Tells the operator that a batch was cut because of its items: once, and each time where none is free.</summary>
    public void Tell(StagedBatch batch)
    {
        if (!batch.IsCutForItems)
            return;
        if (MaxItems(0) == 1)
            LogFull(spout, source, places.Share);
        else if (!_hasSlowed)
            LogSlows(spout, source, _open, places.Share);
        _hasSlowed = true;
    }

    /// <summary>Gives back what will not be committed.</summary>
    public async Task AbandonAsync(IEnumerable<Acknowledgement> files, SpoutContext context, string reason, CancellationToken cancellation)
    {
        foreach (Acknowledgement file in files)
        {
            if (!file.IsReplaced && file.Abandoned is { } callback)
                await TryAsync(file.Path, () => callback(new(file.Path, reason), cancellation), cancellation).ConfigureAwait(false);
        }

        foreach (Func<AbandonedBatch, CancellationToken, ValueTask> callback in context.Abandoned)
            await TryAsync("A batch", () => callback(new(reason), cancellation), cancellation).ConfigureAwait(false);
    }

    private IEnumerable<StoredItem> Adopt(SourceEntry entry)
    {
        _last = entry;
        IReadOnlyList<ItemBatch> batches = entry.ItemBatches;
        Dictionary<string, TimeSpan> published = new(StringComparer.Ordinal);
        foreach (ItemBatch batch in batches)
        {
            foreach (StoredItem item in batch.Items)
                published[item.Id] = _published.TryGetValue(item.Id, out TimeSpan known) ? known : running.Elapsed - TimeSpan.FromHours(batch.Hours);
        }

        _published = published;
        if (published.Count > 0)
            places.Use(source);
        return batches.SelectMany(static batch => batch.Items);
    }

    private bool IsOver(string id) =>
        _acknowledged.Contains(id) || running.Elapsed - _published.GetValueOrDefault(id, running.Elapsed) >= LongestRedelivery;

    // Cut off, never rounded up, and never less than the ledger says.
    private double Hours(ItemBatch batch)
    {
        double hours = batch.Items.Min(item => running.Elapsed - _published.GetValueOrDefault(item.Id, running.Elapsed)).TotalHours;
        return Math.Max(batch.Hours, Math.Floor(hours * HourParts) / HourParts);
    }

    // Beside a cursor the next batch may have to keep them all.
    private void Count() => _open = _last.Cursors is null ? _published.Keys.Count(id => !IsOver(id)) : _published.Count;

    private async Task GuardAsync(string what, string commitId, Func<ValueTask> callback, CancellationToken cancellation)
    {
        Backoff backoff = new(time, ShortestWait, LongestWait);
        long began = time.GetTimestamp();
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                await callback().ConfigureAwait(false);
                return;
            }
            catch (Exception failed) when (failed is not SpoutConfigurationException && !cancellation.IsCancellationRequested)
            {
                if (attempt == MostAttempts || time.GetElapsedTime(began) >= LongestAttempts)
                    throw new AcknowledgementFailedException(what, commitId, failed);
                LogNotAcknowledged(spout, source, what, attempt, MostAttempts, failed.GetType().Name, failed.Message);
            }

            await backoff.WaitAsync(attempt, cancellation).ConfigureAwait(false);
        }
    }

    private async Task TryAsync(string what, Func<ValueTask> callback, CancellationToken cancellation)
    {
        try
        {
            await callback().ConfigureAwait(false);
        }
        catch (Exception failed) when (!cancellation.IsCancellationRequested)
        {
            LogNotAbandoned(failed, spout, source, what);
        }
    }

    [LoggerMessage(LogLevel.Warning,
        "{Spout}/{Source} has {Items} items that are committed and not known to be acknowledged, of at most {Share}: its batches are smaller until they are "
        + "acknowledged, or 24 hours of it have passed.")]
    private partial void LogSlows(string spout, string source, int items, int share);

    [LoggerMessage(LogLevel.Warning,
        "{Spout}/{Source} has no place left for the ids of items ({Share}): it commits one at a time. See why its acknowledgements fail; places of what was "
        + "acknowledged by a process that died are free after 24 hours of it.")]
    private partial void LogFull(string spout, string source, int share);

    [LoggerMessage(LogLevel.Warning, "The acknowledgement of {What} to {Spout}/{Source} failed and is tried again (attempt {Attempt} of {Attempts}): {Error}: {Reason}")]
    private partial void LogNotAcknowledged(string spout, string source, string what, int attempt, int attempts, string error, string reason);

    [LoggerMessage(LogLevel.Warning, "{What} of {Spout}/{Source} is not committed, and giving it back to its source failed.")]
    private partial void LogNotAbandoned(Exception failed, string spout, string source, string what);
}
