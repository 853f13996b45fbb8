using Spouts.Hosting;
using Spouts.Ledgers;

namespace Spouts.Scheduling;

/// <summary>A time at which a source is due.</summary>
/// <param name="Time">The time.</param>
/// <param name="Kind">What made it due.</param>
internal readonly record struct DueTime(DateTimeOffset Time, DueKind Kind)
{
    /// <summary>Whether the ledger says that it has run, in this process or in another, or that nobody asks for it any more.</summary>
    public bool IsSettled(SourceEntry saved, SourceTrigger trigger) => Kind switch
    {
        DueKind.Schedule => saved.Due >= Time && trigger is ScheduleTrigger schedule && IsOf(saved, schedule),
        DueKind.Asked => saved.Asked != Time,
        DueKind.Backfill => saved.Backfill is not { } backfill || Time < backfill.From || Time > backfill.To || backfill.Last >= Time,
        _ => false,
    };

    /// <summary>The source's entry once it has run.</summary>
    public SourceEntry Settle(SourceEntry entry, SourceTrigger trigger) => (Kind, trigger) switch
    {
        (DueKind.Schedule, ScheduleTrigger schedule) => entry.With(Time, schedule.Cron, schedule.TimeZone),
        (DueKind.Asked, _) => entry.WithAsked(null),
        (DueKind.Backfill, ScheduleTrigger schedule) => Settle(entry, schedule),
        _ => entry,
    };

    /// <summary>Whether the due time of an entry belongs to a schedule. What an earlier version wrote belongs to that of today.</summary>
    public static bool IsOf(SourceEntry saved, ScheduleTrigger schedule) =>
        (saved.Cron is not { } cron || Recurrence.IsSame(cron, schedule.Cron))
        && (saved.Zone is not { } zone || string.Equals(zone, schedule.TimeZone, StringComparison.OrdinalIgnoreCase));

    // The last one of a backfill settles its times for the schedule as well, which has left them to it.
    private SourceEntry Settle(SourceEntry entry, ScheduleTrigger schedule)
    {
        if (IsSettled(entry, schedule) || entry.Backfill is not { } backfill)
            return entry;
        if (new Recurrence(schedule.Cron, schedule.TimeZone).After(Time) <= backfill.To)
            return entry.With(backfill with { Done = backfill.Done + 1, Last = Time });
        SourceEntry ended = entry.With(backfill: null);
        return ended.Due < Time ? ended.With(Time, schedule.Cron, schedule.TimeZone) : ended;
    }
}
