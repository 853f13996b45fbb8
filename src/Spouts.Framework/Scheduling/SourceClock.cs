using Spouts.Ledgers;

namespace Spouts.Scheduling;

/// <summary>Says when a source runs next, and waits until then.</summary>
internal abstract class SourceClock(TimeProvider time)
{
    // A timer cannot wait for more than 49 days; an interval may have 365.
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(7);

    protected TimeProvider Time => time;

    /// <summary>When the source is due as things are; null: never again.</summary>
    public abstract DateTimeOffset? Next { get; }

    /// <summary>Takes from the source's entry in the ledger what an operator has asked for.</summary>
    public virtual void Observe(SourceEntry entry)
    {
    }

    /// <summary>Waits until the source is due.</summary>
    public abstract Task<DueTime> NextAsync(CancellationToken cancellation);

    /// <summary>A run has ended well.</summary>
    public abstract void Ran(DueTime due);

    protected async Task WaitAsync(TimeSpan wait, CancellationToken cancellation)
    {
        for (TimeSpan left = wait; left > TimeSpan.Zero; left -= LongestTimer)
            await Task.Delay(left < LongestTimer ? left : LongestTimer, time, cancellation).ConfigureAwait(false);
    }
}
