using System.Globalization;

namespace Spouts.Local.Core.Metadata;

/// <summary>
/// A cron expression as Pachyderm reads it: minute, hour, day of month, month, day of week; <c>@daily</c> and its kin,
/// <c>@every 1h30m</c>, <c>@never</c>. Unlike other readers of cron it lets a day pass by either of two restrictions, and its
/// refusals are part of the protocol, which is why no library does this.
/// </summary>
internal sealed class CronSchedule
{
    private const int YearsAhead = 5;
    private static readonly DateTime s_never = new(9999, 1, 1, 0, 0, 0, DateTimeKind.Utc);
    private static readonly string[] s_months = ["", "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    private static readonly string[] s_days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

    private readonly Field[] _fields = [];
    private readonly TimeSpan? _every;

    private CronSchedule(Field[] fields) => _fields = fields;

    private CronSchedule(TimeSpan? every) => _every = every;

    public static CronSchedule Parse(string expression)
    {
        if (expression.Trim() == "@never")
            return new CronSchedule((TimeSpan?)null);
        if (expression.StartsWith('@'))
            return Descriptor(expression);
        string[] parts = expression.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length != 5)
            throw new PachException($"Expected exactly 5 fields, found {parts.Length}: {expression}");
        return new CronSchedule(
        [
            Field.Parse(parts[0], 0, 59, []),
            Field.Parse(parts[1], 0, 23, []),
            Field.Parse(parts[2], 1, 31, []),
            Field.Parse(parts[3], 1, 12, s_months),
            Field.Parse(parts[4], 0, 6, s_days),
        ]);
    }

    /// <summary>The first time after <paramref name="after"/>, in UTC; null: there is none within five years.</summary>
    public DateTime? Next(DateTime after)
    {
        if (_every is { } every)
            return after.AddTicks(-(after.Ticks % TimeSpan.TicksPerSecond)) + every;
        if (_fields.Length == 0)
            return s_never;
        DateTime first = after.AddTicks(TimeSpan.TicksPerMinute - (after.Ticks % TimeSpan.TicksPerMinute));
        for (DateTime day = first.Date; day.Year <= after.Year + YearsAhead; day = day.AddDays(1))
        {
            if (!Includes(day))
                continue;
            for (int hour = day == first.Date ? first.Hour : 0; hour < 24; hour++)
            {
                bool sameHour = day == first.Date && hour == first.Hour;
                for (int minute = sameHour ? first.Minute : 0; _fields[1].Has(hour) && minute < 60; minute++)
                {
                    if (_fields[0].Has(minute))
                        return day.AddHours(hour).AddMinutes(minute);
                }
            }
        }

        return null;
    }

    private bool Includes(DateTime day)
    {
        bool month = _fields[2].Has(day.Day), week = _fields[4].Has((int)day.DayOfWeek);
        return _fields[3].Has(day.Month) && (_fields[2].IsStar || _fields[4].IsStar ? month && week : month || week);
    }

    private static CronSchedule Descriptor(string expression)
    {
        const string every = "@every ";
        if (expression.StartsWith(every, StringComparison.Ordinal))
        {
            TimeSpan interval = PachException.Within(
                $"Failed to parse duration {expression}", () => GoDuration.Parse(expression[every.Length..]));
            // Whole seconds, and at least one.
            long seconds = Math.Max(1, (long)interval.TotalSeconds);
            return new CronSchedule(TimeSpan.FromSeconds(seconds));
        }

        return Parse(expression switch
        {
            "@yearly" or "@annually" => "0 0 1 1 *",
            "@monthly" => "0 0 1 * *",
            "@weekly" => "0 0 * * 0",
            "@daily" or "@midnight" => "0 0 * * *",
            "@hourly" => "0 * * * *",
            _ => throw new PachException($"Unrecognized descriptor: {expression}"),
        });
    }

    /// <summary>The values that one field lets pass.</summary>
    private sealed record Field(ulong Bits, bool IsStar)
    {
        public bool Has(int value) => (Bits & (1UL << value)) != 0;

        public static Field Parse(string text, int min, int max, string[] names)
        {
            Field all = new(0, false);
            foreach (string range in text.Split(',', StringSplitOptions.RemoveEmptyEntries))
            {
                Field one = Range(range, min, max, names);
                all = new Field(all.Bits | one.Bits, all.IsStar || one.IsStar);
            }

            return all;
        }

        private static Field Range(string text, int min, int max, string[] names)
        {
            string[] steps = text.Split('/');
            string[] ends = steps[0].Split('-');
            bool star = ends[0] is "*" or "?";
            long start = star ? min : Number(ends[0], names);
            if (!star && ends.Length > 2)
                throw new PachException($"Too many hyphens: {text}");
            long end = star ? max : ends.Length == 2 ? Number(ends[1], names) : start;
            if (steps.Length > 2)
                throw new PachException($"Too many slashes: {text}");
            long step = steps.Length == 2 ? Number(steps[1], []) : 1;
            // N/step means N-max/step.
            if (steps.Length == 2 && ends.Length == 1)
                end = max;
            if (start < min)
                throw new PachException($"Beginning of range ({start}) below minimum ({min}): {text}");
            if (end > max)
                throw new PachException($"End of range ({end}) above maximum ({max}): {text}");
            if (start > end)
                throw new PachException($"Beginning of range ({start}) beyond end of range ({end}): {text}");
            if (step == 0)
                throw new PachException($"Step of range should be a positive number: {text}");
            ulong bits = 0;
            for (long value = start; value <= end; value += step)
                bits |= 1UL << (int)value;
            return new Field(bits, star);
        }

        private static long Number(string text, string[] names)
        {
            int named = text.Length == 0 ? -1 : Array.IndexOf(names, text.ToLowerInvariant());
            if (named >= 0)
                return named;
            if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number))
                throw new PachException($"Failed to parse int from {text}: strconv.Atoi: parsing \"{text}\": invalid syntax");
            return number >= 0 ? number : throw new PachException($"Negative number ({number}) not allowed: {text}");
        }
    }
}
