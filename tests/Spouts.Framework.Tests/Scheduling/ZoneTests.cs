using System.Globalization;
using System.Runtime.CompilerServices;
using Spouts.Hosting;
using Spouts.Scheduling;

namespace Spouts.Tests.Scheduling;

/// <summary>Schedules in every zone that the machine knows, compared with a walk through the minutes.</summary>
public sealed class ZoneTests
{
    private static readonly DateTime Begin = new(2018, 1, 1, 0, 0, 0, DateTimeKind.Utc);
    private static readonly DateTime End = new(2038, 1, 1, 0, 0, 0, DateTimeKind.Utc);
    private static readonly TimeSpan Around = TimeSpan.FromDays(1.5);

    [Fact]
    public void Around_each_change_of_each_zone_a_schedule_is_due_when_the_clock_says_so()
    {
        int changes = 0;
        Parallel.ForEach(TimeZoneInfo.GetSystemTimeZones(), zone =>
        {
            foreach (DateTime change in Changes(zone))
            {
                Interlocked.Increment(ref changes);
                DateTime before = change + zone.GetUtcOffset(change.AddMinutes(-1)), after = change + zone.GetUtcOffset(change);
                DateTime earlier = before < after ? before : after, later = before < after ? after : before;
                Compare(zone, change - Around, change + Around,
                [
                    Daily(earlier), Daily(earlier + ((later - earlier) / 2)), Daily(later), "17 * * * *",
                ]);
            }
        });

        Assert.True(changes > 1000, $"{changes} changes of clocks are fewer than any machine knows.");
    }

    public static TheoryData<string, string, string, string> Table
    {
        get
        {
            TheoryData<string, string, string, string> rows = [];
            foreach (string[] row in File.ReadLines(Page()).Select(static line => line.Split('|', StringSplitOptions.TrimEntries)))
            {
                if (row.Length == 7 && row[1].StartsWith('`') && row[2].Contains('/'))
                    rows.Add(row[1].Trim('`'), row[2], row[3], row[4]);
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Table))]
    public void The_table_of_the_reference_says_when_a_schedule_is_due(string cron, string zone, string day, string due)
    {
        DateTimeOffset begin = DateTimeOffset.Parse(day, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal), end = begin.AddDays(1).AddTicks(-1);
        Timetable timetable = new(new(cron, zone) { Missed = Missed.All }, begin.AddTicks(-1), end);
        List<string> found = [];
        for (DateTimeOffset? next = timetable.Next(end); next <= end; next = timetable.Next(end))
        {
            found.Add($"{next:HH:mm}");
            timetable.Ran(next, end);
        }

        Assert.Equal(due.Split(' '), found);
    }

    [Fact]
    public void The_table_of_the_reference_has_ten_zones_at_least() => Assert.True(Table.Select(static row => row.Data.Item2).Distinct().Count() >= 10);

    /// <summary>All minutes of twenty years in each zone take half an hour: <c>-explicit only</c>.</summary>
    [Fact(Explicit = true)]
    public void In_twenty_years_of_each_zone_a_schedule_is_due_when_the_clock_says_so() =>
        Parallel.ForEach(TimeZoneInfo.GetSystemTimeZones(), static zone => Compare(
            zone, Begin, End, ["30 0 * * *", "0 1 * * *", "30 1 * * *", "15 2 * * *", "0,30 2 * * *", "0 3 * * *", "0 0 1 * *", "45 23 * * 0", "17 * * * *", "*/20 1-3 * * *"]));

    private static string Page([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(here, "..", "..", "..", "..", "docs", "reference", "schedule.md"));

    private static string Daily(DateTime local) => string.Create(CultureInfo.InvariantCulture, $"{local.Minute} {local.Hour} * * *");

    // What one process runs that is up all along, and what one runs that starts at the end.
    private static void Compare(TimeZoneInfo zone, DateTime begin, DateTime end, string[] crons)
    {
        MinuteWalk[] walks = [.. crons.Distinct().Select(static cron => new MinuteWalk(cron))];
        MinuteWalk.Walk(zone, begin, end, walks);
        DateTimeOffset settled = new DateTimeOffset(begin).AddTicks(-1), now = new(end);
        foreach (MinuteWalk walk in walks)
        {
            ScheduleTrigger trigger = new(walk.Cron, zone.Id);
            Timetable timetable = new(trigger, settled, settled);
            int run = 0;
            for (DateTimeOffset? due = timetable.Next(settled); due <= now; due = timetable.Next(due.Value), run++)
            {
                if (run >= walk.Due.Count || walk.Due[run] != due)
                    Assert.Fail($"'{walk.Cron}' in {zone.Id} is due at {due:u}; the clock says {(run < walk.Due.Count ? $"{walk.Due[run]:u}" : "never again")}.");
                timetable.Ran(due, due.Value);
            }

            Assert.True(run == walk.Due.Count, $"'{walk.Cron}' in {zone.Id} passes over {(run < walk.Due.Count ? $"{walk.Due[run]:u}" : "nothing")}.");
            if (run > 0)
                Assert.Equal(walk.Due[^1], new Timetable(trigger, settled, now).Next(now));
        }
    }

    private static IEnumerable<DateTime> Changes(TimeZoneInfo zone)
    {
        TimeSpan step = TimeSpan.FromHours(6), offset = zone.GetUtcOffset(Begin);
        for (DateTime from = Begin; from < End; from += step)
        {
            if (zone.GetUtcOffset(from + step) == offset)
                continue;
            DateTime minute = from;
            while (zone.GetUtcOffset(minute) == offset)
                minute = minute.AddMinutes(1);
            yield return minute;
            offset = zone.GetUtcOffset(from + step);
        }
    }
}
