namespace Spouts.Scheduling;

/// <summary>Due at once, and then whenever an interval has passed since the last run ended.</summary>
internal sealed class PollClock(TimeSpan interval, TimeProvider time) : SourceClock(time)
{
    private TimeSpan _rest = TimeSpan.Zero;

    public override DateTimeOffset? Next => Time.GetUtcNow() + _rest;

    public override async Task<DueTime> NextAsync(CancellationToken cancellation)
    {
        await WaitAsync(_rest, cancellation).ConfigureAwait(false);
        return new(Time.GetUtcNow(), DueKind.Now);
    }

    public override void Ran(DueTime due) => _rest = interval;
}
