namespace Spouts.Scheduling;

/// <summary>The offsets of a time zone, as stretches of time: nothing is asked of the zone but its offset at a moment.</summary>
/// <param name="zone">The zone.</param>
/// <param name="maxShift">More than its clocks are ever set by.</param>
internal sealed class ZoneOffsets(TimeZoneInfo zone, TimeSpan maxShift)
{
    private static readonly TimeSpan Tick = TimeSpan.FromTicks(1);

    // No zone has an offset for less than that.
    private static readonly TimeSpan Step = TimeSpan.FromHours(1);

    // How far to look for the end of a period: one that goes on then is followed by another of the same offset.
    private static readonly TimeSpan Reach = TimeSpan.FromDays(30);

    private readonly bool _isFixed = zone.GetAdjustmentRules().Length == 0;
    private OffsetPeriod _last;

    /// <summary>The period of a moment.</summary>
    public OffsetPeriod At(DateTime utc)
    {
        if (utc < _last.Begin || utc >= _last.End)
            _last = Find(utc);
        return _last;
    }

    private OffsetPeriod Find(DateTime utc)
    {
        TimeSpan offset = zone.GetUtcOffset(utc);
        if (_isFixed)
            return new(DateTime.MinValue.AddDays(1), DateTime.MaxValue.AddDays(-1), offset, DateTime.MinValue);
        DateTime[] changes = [.. Changes(utc - (2 * maxShift), utc)];
        DateTime begin = changes is [.., var last] && last > utc - maxShift ? last : utc - maxShift;
        DateTime firstNew = changes.Append(begin).Max(moment => moment + zone.GetUtcOffset(moment - Tick));
        DateTime end = utc + Reach;
        foreach (DateTime change in Changes(utc, end))
            return new(begin, change, offset, firstNew);
        return new(begin, end, offset, firstNew);
    }

    // The moments behind the first, up to and with the last, at which the offset changes.
    private IEnumerable<DateTime> Changes(DateTime after, DateTime last)
    {
        TimeSpan offset = zone.GetUtcOffset(after);
        for (DateTime from = after, to; from < last; from = to)
        {
            to = last - from > Step ? from + Step : last;
            TimeSpan next = zone.GetUtcOffset(to);
            if (next == offset)
                continue;
            yield return Change(from, to, offset);
            offset = next;
        }
    }

    private DateTime Change(DateTime from, DateTime to, TimeSpan offset)
    {
        while (to - from > Tick)
        {
            DateTime middle = from + ((to - from) / 2);
            (from, to) = zone.GetUtcOffset(middle) == offset ? (middle, to) : (from, middle);
        }

        return to;
    }
}
