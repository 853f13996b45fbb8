using Cronos;
using Spouts.Hosting;

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
    private readonly CronExpression _cron;
    private readonly TimeZoneInfo _zone;

    // Everything up to here is settled; up to _missed the program did not run; up to _busy the source was at work.
    private DateTimeOffset _settled;
    private DateTimeOffset _missed;
    private DateTimeOffset _busy;

    /// <param name="trigger">The schedule.</param>
    /// <param name="settled">Up to when everything is settled: the ledger's due time, or the first start.</param>
    /// <param name="now">The present time, at which the program has started.</param>
    /// <exception cref="SpoutConfigurationException">The expression or the time zone is unknown.</exception>
    public Timetable(ScheduleTrigger trigger, DateTimeOffset settled, DateTimeOffset now)
    {
        _trigger = trigger;
        _cron = Parse(trigger.Cron);
        _zone = Find(trigger.TimeZone);
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
            if (due > _missed && due > _busy && now - due > Tolerance + _trigger.Jitter)
                _missed = now;
            if ((due <= _missed ? Missed(due, now) : Overlapped(due)) is { } next)
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

    private DateTimeOffset? After(DateTimeOffset time) => _cron.GetNextOccurrence(time, _zone);

    private static CronExpression Parse(string cron)
    {
        try
        {
            return CronExpression.Parse(cron, cron.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length == 6 ? CronFormat.IncludeSeconds : CronFormat.Standard);
        }
        catch (CronFormatException wrong)
        {
            throw new SpoutConfigurationException($"'{cron}' is no cron expression: {wrong.Message}", wrong);
        }
    }

    private static TimeZoneInfo Find(string zone)
    {
        try
        {
            return TimeZoneInfo.FindSystemTimeZoneById(zone);
        }
        catch (Exception unknown) when (unknown is TimeZoneNotFoundException or InvalidTimeZoneException)
        {
            throw new SpoutConfigurationException(
                $"This machine does not know the time zone '{zone}'. Write an IANA name such as Europe/Berlin; in a container, install the "
                + "package tzdata, or build on an image that has it.", unknown);
        }
    }
}
