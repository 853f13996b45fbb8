using Cronos;

namespace Spouts.Scheduling;

/// <summary>
/// The times at which a cron expression is due in a time zone. The expression is only ever asked for times of day, as on a clock that is never
/// set; which moments show them is found out from the zone's offsets alone.
/// </summary>
/// <remarks>
/// A time of day that is passed over when clocks are set forward is due at the first moment after the gap. One that is shown twice is due the first time; where the
/// expression repeats within the day by a <c>*</c>, a range or a step, it is due each time.
/// </remarks>
internal sealed class Recurrence
{
    // Longer than any clock has ever been set by: an island may move to the other side of the date line.
    private static readonly TimeSpan MaxShift = TimeSpan.FromDays(2);
    private static readonly TimeSpan Tick = TimeSpan.FromTicks(1);
    private static readonly DateTime Earliest = DateTime.UnixEpoch.AddYears(-70);
    private static readonly DateTime Latest = DateTime.UnixEpoch.AddYears(430);

    private readonly CronExpression _cron;
    private readonly ZoneOffsets _offsets;
    private readonly bool _repeats;

    /// <param name="cron">The expression, of five or six fields, or a macro.</param>
    /// <param name="zone">The IANA name of the zone.</param>
    /// <exception cref="SpoutConfigurationException">The expression cannot be read, or the machine does not know the zone.</exception>
    public Recurrence(string cron, string zone)
    {
        _cron = Parse(cron);
        _offsets = new(Find(zone), MaxShift);
        _repeats = Repeats(cron.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>The first due time that is later than a time; null: none.</summary>
    public DateTimeOffset? After(DateTimeOffset time)
    {
        // Up to and with this moment everything is settled.
        DateTime after = time.UtcDateTime < Earliest ? Earliest : time.UtcDateTime;
        while (after < Latest)
        {
            OffsetPeriod period = _offsets.At(after);
            DateTime shown = after + period.Offset;
            if (Next(_repeats || shown >= period.FirstNew ? shown : period.FirstNew - Tick) is not { } next)
                return null;
            if (next < period.LocalEnd)
                return new(next - period.Offset, TimeSpan.Zero);
            after = period.End - Tick;
            OffsetPeriod later = _offsets.At(period.End);
            if (later.Begin == period.End)
            {
                // The clocks are set at that moment: it settles what they pass over.
                if (Next((_repeats && later.LocalBegin < later.FirstNew ? later.LocalBegin : later.FirstNew) - Tick) <= later.LocalBegin)
                    return new(later.Begin, TimeSpan.Zero);
                after = later.Begin;
            }

            DateTime near = next - (2 * MaxShift);
            after = near > after ? near : after;
        }

        return null;
    }

    /// <summary>The first due time that is not earlier than a time; null: none.</summary>
    public DateTimeOffset? NotBefore(DateTimeOffset time) => After(time > DateTimeOffset.MinValue + MaxShift ? time - Tick : time);

    /// <summary>The due times from one time up to another, both included, in their order.</summary>
    public IEnumerable<DateTimeOffset> From(DateTimeOffset first, DateTimeOffset last)
    {
        for (DateTimeOffset? due = NotBefore(first); due <= last; due = After(due.Value))
            yield return due.Value;
    }

    /// <summary>The due times that are later than a time, up to and with another, in their order.</summary>
    public IEnumerable<DateTimeOffset> Between(DateTimeOffset after, DateTimeOffset last)
    {
        for (DateTimeOffset? due = After(after); due <= last; due = After(due.Value))
            yield return due.Value;
    }

    /// <summary>Whether two expressions mean the same times of day.</summary>
    public static bool IsSame(string cron, string other)
    {
        try
        {
            return cron == other || Parse(cron).Equals(Parse(other));
        }
        catch (SpoutConfigurationException)
        {
            // A later version may know more expressions.
            return false;
        }
    }

    // A library's answer is no reason to stand still: asked again, from a second later each time, it has to come to a later one.
    private DateTime? Next(DateTime local)
    {
        for (DateTime from = DateTime.SpecifyKind(local, DateTimeKind.Utc); ; from = from.AddSeconds(1))
        {
            DateTime? next = _cron.GetNextOccurrence(from);
            if (next is null || next > local)
                return next;
        }
    }

    // By the hour, minute or second, and not at times of day that are named one by one.
    private static bool Repeats(string[] fields) => fields is [var macro]
        ? macro.ToUpperInvariant() is "@HOURLY" or "@EVERY_MINUTE" or "@EVERY_SECOND"
        : fields.SkipLast(3).Any(static field => field.AsSpan().ContainsAny('*', '-', '/') || field == "?");

    private static CronExpression Parse(string cron)
    {
        try
        {
            return CronExpression.Parse(cron, cron.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length == 6 ? CronFormat.IncludeSeconds : CronFormat.Standard);
        }
        catch (CronFormatException wrong)
        {
            throw new SpoutConfigurationException($"'{cron}' is not a valid cron expression: {wrong.Message}", wrong);
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
