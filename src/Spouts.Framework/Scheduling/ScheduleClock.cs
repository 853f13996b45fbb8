using Spouts.Hosting;

namespace Spouts.Scheduling;

/// <summary>Due at the times of a schedule.</summary>
internal sealed class ScheduleClock(ScheduleTrigger trigger, DateTimeOffset settled, TimeProvider time) : SourceClock(time)
{
    // The clock on the wall may be set, and a laptop may sleep: no single wait trusts it for longer.
    private static readonly TimeSpan LongestTrust = TimeSpan.FromMinutes(1);

    private readonly Timetable _timetable = new(trigger, settled, time.GetUtcNow());
    private bool _startsNow = trigger.RunOnStart;

    public override DateTimeOffset? Next => _startsNow ? Time.GetUtcNow() : _timetable.Next(Time.GetUtcNow());

    public override async Task<DueTime> NextAsync(CancellationToken cancellation)
    {
        for (DateTimeOffset now = Time.GetUtcNow(); ; now = Time.GetUtcNow())
        {
            DateTimeOffset? due = _timetable.Next(now);
            bool startsNow = _startsNow;
            _startsNow = false;
            if (due <= now)
                return new(due.Value, IsScheduled: true);
            if (startsNow)
                return new(now, IsScheduled: false);
            TimeSpan wait = due is { } soon && soon - now < LongestTrust ? soon - now + (trigger.Jitter * Random.Shared.NextDouble()) : LongestTrust;
            await WaitAsync(wait, cancellation).ConfigureAwait(false);
        }
    }

    public override void Ran(DueTime due) => _timetable.Ran(due.IsScheduled ? due.Time : null, Time.GetUtcNow());
}
