using Microsoft.Extensions.Logging;
using Spouts.Batching;
using Spouts.Ledgers;

namespace Spouts.Scheduling;

/// <summary>
/// Tells a source what became of its files, and remembers which items of its queue have been acknowledged, so that the ledger can
/// forget them.
/// </summary>
internal sealed partial class Acknowledger(string spout, string source, TimeProvider time, ILogger logger)
{
    // By then every queue has delivered again what was not acknowledged; what never came back was acknowledged before its process died.
    private static readonly TimeSpan LongestRedelivery = TimeSpan.FromDays(1);

    private readonly HashSet<string> _acknowledged = new(StringComparer.Ordinal);
    private readonly long _began = time.GetTimestamp();

    /// <summary>The entry of a batch with the items that the ledger has to keep: its own, and those before it that are not acknowledged yet.</summary>
    /// <param name="entry">The source's entry once the batch is published.</param>
    /// <param name="last">The source's entry that it stands on.</param>
    /// <param name="batch">The files of the batch.</param>
    public SourceEntry Keep(SourceEntry entry, SourceEntry last, IEnumerable<Acknowledgement> batch)
    {
        IEnumerable<string> open = time.GetElapsedTime(_began) < LongestRedelivery
            ? last.Items.Where(item => !_acknowledged.Contains(item)).TakeLast(KnownItems.MostInBatch)
            : [];
        return entry.WithItems([.. open.Concat(batch.Select(static file => file.Item).OfType<string>()).Distinct(StringComparer.Ordinal)]);
    }

    /// <summary>Acknowledges a batch that is durable.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="committed">Its commit.</param>
    /// <param name="context">The run that yielded it.</param>
    /// <param name="cancellation">Ends it between two callbacks.</param>
    /// <exception cref="AcknowledgementFailedException">A callback threw: the run is over, and nothing in it would be acknowledged later.</exception>
    public async Task AcknowledgeAsync(StagedBatch batch, CommittedBatch committed, SpoutContext context, CancellationToken cancellation)
    {
        // The ledger of this commit has forgotten them.
        _acknowledged.Clear();
        await AcknowledgeAsync(batch.Acknowledgements, committed.CommitId, cancellation).ConfigureAwait(false);
        foreach (Func<CommittedBatch, CancellationToken, ValueTask> callback in context.Committed)
            await GuardAsync("the batch", committed.CommitId, () => callback(committed, cancellation), cancellation).ConfigureAwait(false);
    }

    /// <summary>Acknowledges files that are durable: those of a batch, or items that an earlier commit has.</summary>
    /// <exception cref="AcknowledgementFailedException">A callback threw.</exception>
    public async Task AcknowledgeAsync(IReadOnlyList<Acknowledgement> files, string commitId, CancellationToken cancellation)
    {
        foreach (Acknowledgement file in files)
        {
            if (file.Committed is { } callback)
                await GuardAsync(file.Path, commitId, () => callback(new(file.Path, commitId), cancellation), cancellation).ConfigureAwait(false);
            if (file.Item is { } item)
                _acknowledged.Add(item);
        }
    }

    /// <summary>Gives back what will not be committed.</summary>
    public async Task AbandonAsync(IEnumerable<Acknowledgement> files, SpoutContext context, string reason, CancellationToken cancellation)
    {
        foreach (Acknowledgement file in files)
        {
            if (file.Abandoned is { } callback)
                await TryAsync(file.Path, () => callback(new(file.Path, reason), cancellation), cancellation).ConfigureAwait(false);
        }

        foreach (Func<AbandonedBatch, CancellationToken, ValueTask> callback in context.Abandoned)
            await TryAsync("A batch", () => callback(new(reason), cancellation), cancellation).ConfigureAwait(false);
    }

    private static async Task GuardAsync(string what, string commitId, Func<ValueTask> callback, CancellationToken cancellation)
    {
        try
        {
            await callback().ConfigureAwait(false);
        }
        catch (Exception failed) when (failed is not SpoutConfigurationException && !cancellation.IsCancellationRequested)
        {
            throw new AcknowledgementFailedException(what, commitId, failed);
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

    [LoggerMessage(LogLevel.Warning, "{What} of {Spout}/{Source} is not committed, and giving it back to its source failed.")]
    private partial void LogNotAbandoned(Exception failed, string spout, string source, string what);
}
