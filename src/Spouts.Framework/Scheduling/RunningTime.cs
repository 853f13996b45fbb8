namespace Spouts.Scheduling;

/// <summary>
/// How long a source has run in this process, as far as it is shown to have been at work: a run that fails counts up to the last batch
/// that it brought, and the wait after it does not count at all.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="maxWait">As much as counts of a wait between two runs: over long ones nobody listens.</param>
internal sealed class RunningTime(TimeProvider time, TimeSpan maxWait)
{
    private long? _since;

    /// <summary>The time up to the last mark.</summary>
    public TimeSpan Elapsed { get; private set; }

    /// <summary>A run begins.</summary>
    public void Begin() => Mark(maxWait);

    /// <summary>The source has brought something, or has come to its end.</summary>
    public void Mark() => Mark(TimeSpan.MaxValue);

    /// <summary>The run has failed.</summary>
    public void Fail() => _since = null;

    private void Mark(TimeSpan atMost)
    {
        if (_since is { } since)
            Elapsed += TimeSpan.FromTicks(Math.Min(time.GetElapsedTime(since).Ticks, atMost.Ticks));
        _since = time.GetTimestamp();
    }
}
