using Spouts.Hosting;
using Spouts.Ledgers;

namespace Spouts.Scheduling;

/// <summary>
/// When a schedule is due: a calculation over times, without a clock. It goes through the occurrences of the cron expression in
/// their order and settles each once: by a run, or by passing over it.
/// </summary>
internal sealed class Timetable
{
    // A time that is later than this is not late by the slowness of a machine, but because it slept.
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(1);

    private readonly ScheduleTrigger _trigger;
    private readonly Recurrence _recurrence;

    // Everything up to here is settled; up to _missed the program did not run; up to _busy the source was at work.
    private DateTimeOffset _settled;
    private DateTimeOffset _missed;
    private DateTimeOffset _busy;

    // Up to here the source did what an operator had asked for, and what was due meanwhile has to wait, whatever the schedule says of overlap.
    private DateTimeOffset _held = DateTimeOffset.MinValue;
    private Backfill? _backfill;

    /// <param name="trigger">The schedule.</param>
    /// <param name="settled">Up to when everything is settled: the ledger's due time, or the first start.</param>
    /// <param name="now">The present time, at which the program has started.</param>
    /// <exception cref="SpoutConfigurationException">The expression or the time zone is unknown.</exception>
    public Timetable(ScheduleTrigger trigger, DateTimeOffset settled, DateTimeOffset now)
    {
        _trigger = trigger;
        _recurrence = new(trigger.Cron, trigger.TimeZone);
        _settled = settled;
        _missed = _busy = now;
    }

    /// <summary>The next time that is due: at once where it is not later than now. Null: never again.</summary>
    public DateTimeOffset? Next(DateTimeOffset now)
    {
        while (After(_settled) is { } due)
        {
            if (due > now)
                return due;
            if (due > _missed && due > _busy && due > _held && now - due > Tolerance + _trigger.Jitter)
                _missed = now;
            if ((due <= _missed ? Missed(due, now) : due <= _held ? due : Overlapped(due)) is { } next)
                return next;
        }

        return null;
    }

    /// <summary>A run has ended.</summary>
    /// <param name="due">The time that was due; null for a run that no schedule made due.</param>
    /// <param name="ended">When it ended.</param>
    public void Ran(DateTimeOffset? due, DateTimeOffset ended)
    {
        if (due > _settled)
            _settled = due.Value;
        _busy = ended;
    }

    /// <summary>A run has ended that an operator had asked for.</summary>
    /// <param name="ended">When it ended.</param>
    public void WasHeld(DateTimeOffset ended) => _held = ended;

    /// <summary>Takes over what the ledger says.</summary>
    /// <param name="settled">Up to when everything is settled; null where it does not say.</param>
    /// <param name="backfill">What runs the due times of its own, so that the schedule does not; null where there is none.</param>
    public void Observe(DateTimeOffset? settled, Backfill? backfill)
    {
        _backfill = backfill;
        if (settled > _settled)
            _settled = settled.Value;
    }

    // Answers null after it has settled what there was.
    private DateTimeOffset? Missed(DateTimeOffset due, DateTimeOffset now)
    {
        DateTimeOffset tooOld = _trigger.Within is { } within && now - DateTimeOffset.MinValue > within ? now - within : DateTimeOffset.MinValue;
        DateTimeOffset? run = _trigger.Missed switch
        {
            Spouts.Missed.All when due >= tooOld => due,
            Spouts.Missed.All => After(tooOld.AddTicks(-1)),
            Spouts.Missed.Once => Last(_missed),
            _ => null,
        };
        if (run >= tooOld && run <= _missed)
            return run;
        _settled = _missed;
        return null;
    }

    private DateTimeOffset? Overlapped(DateTimeOffset due)
    {
        if (due > _busy || _trigger.Overlap is Overlap.Wait)
            return due;
        _settled = _busy;
        return null;
    }

    // The last occurrence behind what is settled, up to an end: looked for in windows that double, from the end backwards.
    private DateTimeOffset? Last(DateTimeOffset end)
    {
        for (TimeSpan window = TimeSpan.FromMinutes(1); ; window *= 2)
        {
            DateTimeOffset begin = end - _settled > window ? end - window : _settled;
            DateTimeOffset? last = null;
            for (DateTimeOffset? due = After(begin); due <= end; due = After(due.Value))
                last = due;
            if (last is not null || begin == _settled)
                return last;
        }
    }

    private DateTimeOffset? After(DateTimeOffset time) => _recurrence.After(time) is { } due && due >= _backfill?.From && due <= _backfill.To
        ? _recurrence.After(_backfill.To)
        : _recurrence.After(time);
}
