using System.Globalization;

namespace Spouts.Tests.Scheduling;

/// <summary>
/// When cron expressions are due, found out by looking at a zone's clock at each minute: nothing is known of cron libraries, nor of the rules of the zone.
/// It reads what such tests need: numbers, lists, ranges, steps and <c>*</c>, with the days in one field only.
/// </summary>
internal sealed class MinuteWalk
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly bool[] _minutes, _hours, _days, _months, _weekdays;
    private readonly bool _repeats;

    // The first time of day that the clock has not shown yet.
    private DateTime _new = DateTime.MinValue;

    public MinuteWalk(string cron)
    {
        Cron = cron;
        string[] fields = cron.Split(' ');
        (_minutes, _hours, _days, _months, _weekdays) = (Read(fields[0], 60), Read(fields[1], 24), Read(fields[2], 32), Read(fields[3], 13), Read(fields[4], 7));
        _repeats = (fields[0] + fields[1]).AsSpan().ContainsAny('*', '-', '/');
    }

    public string Cron { get; }

    public List<DateTimeOffset> Due { get; } = [];

    /// <summary>Walks from one moment to another with several expressions.</summary>
    public static void Walk(TimeZoneInfo zone, DateTime begin, DateTime end, IReadOnlyList<MinuteWalk> walks)
    {
        for (DateTime utc = begin; utc <= end; utc += Minute)
        {
            DateTime local = utc + zone.GetUtcOffset(utc);
            foreach (MinuteWalk walk in walks)
                walk.Show(utc, local);
        }
    }

    private void Show(DateTime utc, DateTime local)
    {
        bool isDue = (_repeats || local >= _new) && Matches(local);
        for (DateTime passedOver = _new; !isDue && _new != DateTime.MinValue && passedOver < local; passedOver += Minute)
            isDue = Matches(passedOver);
        if (isDue)
            Due.Add(new(utc, TimeSpan.Zero));
        _new = local + Minute > _new ? local + Minute : _new;
    }

    private bool Matches(DateTime local) =>
        _minutes[local.Minute] && _hours[local.Hour] && _days[local.Day] && _months[local.Month] && _weekdays[(int)local.DayOfWeek];

    private static bool[] Read(string field, int count)
    {
        bool[] read = new bool[count];
        foreach (string part in field.Split(','))
        {
            string[] steps = part.Split('/');
            string[] range = steps[0].Split('-');
            int first = range[0] == "*" ? 0 : Number(range[0]);
            int last = range is [_, var end] ? Number(end) : range[0] == "*" || steps.Length > 1 ? count - 1 : first;
            for (int value = first; value <= last; value += steps is [_, var step] ? Number(step) : 1)
                read[value] = true;
        }

        return read;

        static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
    }
}
