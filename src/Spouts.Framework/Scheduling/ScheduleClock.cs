using Spouts.Hosting;
using Spouts.Ledgers;

namespace Spouts.Scheduling;

/// <summary>Due at the times of a schedule, and at those that an operator has asked for.</summary>
internal sealed class ScheduleClock(ScheduleTrigger trigger, DateTimeOffset settled, TimeProvider time) : SourceClock(time)
{
    // The clock on the wall may be set, and a laptop may sleep: no single wait trusts it for longer.
    private static readonly TimeSpan LongestTrust = TimeSpan.FromMinutes(1);

    private readonly Timetable _timetable = new(trigger, settled, time.GetUtcNow());
    private readonly Recurrence _recurrence = new(trigger.Cron, trigger.TimeZone);
    private bool _startsNow = trigger.RunOnStart;
    private bool _isPaused;
    private DateTimeOffset? _asked;
    private DateTimeOffset? _backfill;

    public override DateTimeOffset? Next
    {
        get
        {
            DateTimeOffset now = Time.GetUtcNow();
            if (_asked is not null)
                return now;
            if (_isPaused)
                return null;
            return _startsNow || _backfill is not null ? now : _timetable.Next(now);
        }
    }

    public override void Observe(SourceEntry entry)
    {
        _isPaused = entry.IsPaused;
        _asked = entry.Asked;
        Backfill? backfill = entry.Backfill;
        _timetable.Observe(DueTime.IsOf(entry, trigger) ? entry.Due : null, backfill);
        _backfill = backfill is null ? null : (backfill.Last is { } last ? _recurrence.After(last) : _recurrence.NotBefore(backfill.From)) is { } next && next <= backfill.To ? next : null;
    }

    public override async Task<DueTime> NextAsync(CancellationToken cancellation)
    {
        for (DateTimeOffset now = Time.GetUtcNow(); ; now = Time.GetUtcNow())
        {
            if (_asked is { } asked)
                return new(asked, DueKind.Asked);
            if (_isPaused)
                await Task.Delay(Timeout.Infinite, cancellation).ConfigureAwait(false);
            DateTimeOffset? due = _timetable.Next(now);
            bool startsNow = _startsNow;
            _startsNow = false;
            if (due <= now)
                return new(due.Value, DueKind.Schedule);
            if (startsNow)
                return new(now, DueKind.Now);
            if (_backfill is { } former)
                return new(former, DueKind.Backfill);
            TimeSpan wait = due is { } soon && soon - now < LongestTrust ? soon - now + (trigger.Jitter * Random.Shared.NextDouble()) : LongestTrust;
            await WaitAsync(wait, cancellation).ConfigureAwait(false);
        }
    }

    public override void Ran(DueTime due)
    {
        if (due.Kind is DueKind.Asked or DueKind.Backfill)
            _timetable.WasHeld(Time.GetUtcNow());
        else
            _timetable.Ran(due.Kind is DueKind.Schedule ? due.Time : null, Time.GetUtcNow());
    }
}
