namespace Spouts.Generators.Grammar.Cron;

/// <summary>The days on which a cron expression is due.</summary>
internal sealed class CronDays
{
    // Every pair of a leap year or not and a weekday of its first day comes within 28 years, without a turn of a century.
    private const int FirstYear = 2000;
    private const int Years = 28;
    private const int DaysOfWeek = 7;
    private const ulong Sundays = 0b1000_0001;

    /// <summary>The days of the month, each as the bit of its number.</summary>
    public ulong OfMonth;

    /// <summary>How many days before the end of the month, if it is counted from there.</summary>
    public int BeforeEnd;

    /// <summary>The days of the week, each as the bit of its number.</summary>
    public ulong OfWeek;

    /// <summary>Which one of the month it must be, from 1 on; 0 for any.</summary>
    public int Week;

    /// <summary>Whether the day is counted from the end of the month.</summary>
    public bool IsFromEnd { get; set; }

    /// <summary>Whether a day at a weekend is moved to the nearest one that is not, in the same month.</summary>
    public bool IsNearestWeekday { get; set; }

    /// <summary>Whether it must be the last such day of the week in its month.</summary>
    public bool IsLastOfMonth { get; set; }

    /// <summary>Whether there is such a day in any of those months.</summary>
    public bool Exist(ulong months) => (
        from year in Enumerable.Range(FirstYear, Years)
        from month in Enumerable.Range(1, 12)
        where (months >> month & 1) != 0
        from day in InMonth(year, month)
        select day).Any();

    private IEnumerable<DateTime> InMonth(int year, int month)
    {
        int length = DateTime.DaysInMonth(year, month);
        IEnumerable<int> days = IsFromEnd ? [length - BeforeEnd] : Enumerable.Range(1, length).Where(day => (OfMonth >> day & 1) != 0);
        return days
            .Where(static day => day >= 1)
            .Select(day => Moved(new DateTime(year, month, day), length))
            .Where(day => IsOfWeek(day, length));
    }

    private DateTime Moved(DateTime day, int length) => !IsNearestWeekday ? day : day.DayOfWeek switch
    {
        DayOfWeek.Saturday => day.AddDays(day.Day == 1 ? 2 : -1),
        DayOfWeek.Sunday => day.AddDays(day.Day == length ? -2 : 1),
        _ => day,
    };

    private bool IsOfWeek(DateTime day, int length)
    {
        ulong weekdays = (OfWeek & Sundays) != 0 ? OfWeek | Sundays : OfWeek;
        return (weekdays >> (int)day.DayOfWeek & 1) != 0
            && (!IsLastOfMonth || day.Day + DaysOfWeek > length)
            && (Week == 0 || (day.Day - 1) / DaysOfWeek == Week - 1);
    }
}
