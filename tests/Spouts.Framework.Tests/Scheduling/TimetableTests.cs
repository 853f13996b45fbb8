using System.Globalization;
using Spouts.Hosting;
using Spouts.Scheduling;

namespace Spouts.Tests.Scheduling;

/// <summary>When a schedule is due, over simulated years: no clock, no process, only times.</summary>
public sealed class TimetableTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static MatrixTheoryData<Missed, Overlap, int> Policies => new(Enum.GetValues<Missed>(), Enum.GetValues<Overlap>(), [1, 2, 3]);

    [Theory]
    [MemberData(nameof(Policies))]
    public void A_hundred_years_of_kills_and_long_runs_are_settled_as_an_oracle_says(Missed missed, Overlap overlap, int seed)
    {
        ScheduleTrigger trigger = new("17 */5 * * *", "UTC") { Missed = missed, Overlap = overlap };
        DateTimeOffset end = Start.AddYears(100);

        List<DateTimeOffset> runs = Live(new Random(seed), end, (settled, now) =>
        {
            Timetable timetable = new(trigger, settled, now);
            return (timetable.Next, (due, ended) => timetable.Ran(due, ended));
        });

        Assert.Equal(
            Live(new Random(seed), end, (settled, now) =>
            {
                Oracle oracle = new(missed, overlap, settled, now);
                return (oracle.Next, oracle.Ran);
            }),
            runs);
        Assert.True(runs.Count > 100_000);
        Assert.Equal(runs.Order().Distinct(), runs);
    }

    [Theory]
    [InlineData("2026-03-28T12:00Z", "2026-03-29T01:00Z")] // 02:30 does not exist that night; 03:00 is the first moment after it.
    [InlineData("2026-10-24T12:00Z", "2026-10-25T00:30Z")] // 02:30 comes twice that night; the first one counts,
    [InlineData("2026-10-25T00:31Z", "2026-10-26T01:30Z")] // and the second does not.
    public void Daylight_saving_moves_no_day_away(string settled, string due)
    {
        ScheduleTrigger trigger = new("30 2 * * *", "Europe/Berlin");
        DateTimeOffset now = Time(settled);

        Assert.Equal(Time(due), new Timetable(trigger, now, now).Next(now));
    }

    [Fact]
    public void Of_what_was_missed_only_so_much_time_is_made_good()
    {
        ScheduleTrigger trigger = new("0 * * * *", "UTC") { Missed = Missed.All, Within = TimeSpan.FromHours(2) };

        Timetable timetable = new(trigger, Time("2026-05-01T00:00Z"), Time("2026-05-01T09:30Z"));

        Assert.Equal(Time("2026-05-01T08:00Z"), timetable.Next(Time("2026-05-01T09:30Z")));
        timetable.Ran(Time("2026-05-01T08:00Z"), Time("2026-05-01T09:31Z"));
        Assert.Equal(Time("2026-05-01T09:00Z"), timetable.Next(Time("2026-05-01T09:31Z")));
        timetable.Ran(Time("2026-05-01T09:00Z"), Time("2026-05-01T09:32Z"));
        Assert.Equal(Time("2026-05-01T10:00Z"), timetable.Next(Time("2026-05-01T09:32Z")));
    }

    [Fact]
    public void One_missed_time_that_is_too_old_is_given_up()
    {
        ScheduleTrigger trigger = new("0 6 * * *", "UTC") { Missed = Missed.Once, Within = TimeSpan.FromHours(1) };

        Timetable timetable = new(trigger, Time("2026-05-01T06:00Z"), Time("2026-05-04T07:30Z"));

        Assert.Equal(Time("2026-05-05T06:00Z"), timetable.Next(Time("2026-05-04T07:30Z")));
    }

    [Fact]
    public void A_ledger_that_is_ahead_of_the_clock_lets_nothing_run_twice()
    {
        ScheduleTrigger trigger = new("0 6 * * *", "UTC");

        Timetable timetable = new(trigger, Time("2026-05-03T06:00Z"), Time("2026-05-01T05:00Z"));

        Assert.Equal(Time("2026-05-04T06:00Z"), timetable.Next(Time("2026-05-01T05:00Z")));
    }

    [Fact]
    public void A_laptop_that_slept_has_missed_what_was_due()
    {
        ScheduleTrigger trigger = new("0 * * * *", "UTC") { Missed = Missed.Once, Overlap = Overlap.Wait };
        Timetable timetable = new(trigger, Start, Start);
        Assert.Equal(Start.AddHours(1), timetable.Next(Start));

        // It wakes nine hours later: one run, not nine, for it was not at work.
        Assert.Equal(Start.AddHours(9), timetable.Next(Start.AddHours(9.5)));
        timetable.Ran(Start.AddHours(9), Start.AddHours(9.6));
        Assert.Equal(Start.AddHours(10), timetable.Next(Start.AddHours(9.6)));
    }

    [Fact]
    public void A_schedule_of_every_second_finds_the_last_of_a_year_that_it_missed()
    {
        ScheduleTrigger trigger = new("* * * * * *", "UTC") { Missed = Missed.Once };
        DateTimeOffset now = Start.AddYears(1);

        Assert.Equal(now, new Timetable(trigger, Start, now).Next(now));
    }

    [Fact]
    public void A_schedule_that_is_never_due_is_never_due() =>
        Assert.Null(new Timetable(new("0 0 30 2 *", "UTC"), Start, Start).Next(Start));

    [Fact]
    public void An_unknown_time_zone_says_so_and_what_to_do()
    {
        SpoutConfigurationException wrong = Assert.Throws<SpoutConfigurationException>(() => new Timetable(new("0 6 * * *", "Europe/Atlantis"), Start, Start));

        Assert.Contains("Europe/Atlantis", wrong.Message, StringComparison.Ordinal);
        Assert.Contains("tzdata", wrong.Message, StringComparison.Ordinal);
    }

    // A process that is started, runs what is due, for a while each time, and is killed now and then, in a run or between two.
    private static List<DateTimeOffset> Live(
        Random random,
        DateTimeOffset end,
        Func<DateTimeOffset, DateTimeOffset, (Func<DateTimeOffset, DateTimeOffset?> Next, Action<DateTimeOffset, DateTimeOffset> Ran)> start)
    {
        List<DateTimeOffset> runs = [];
        DateTimeOffset now = Start, settled = Start;
        while (now < end)
        {
            var (next, ran) = start(settled, now);
            DateTimeOffset killed = now.AddHours(random.NextDouble() * 200);
            while (next(now) is { } due)
            {
                DateTimeOffset ended = (due > now ? due : now).AddMinutes(random.Next(8) == 0 ? random.Next(1, 1500) : random.Next(1, 20));
                if (ended >= killed)
                    break;
                ran(due, ended);
                runs.Add(due);
                settled = due;
                now = ended;
            }

            now = killed.AddHours(random.NextDouble() * (random.Next(4) == 0 ? 100 : 1));
        }

        return runs;
    }

    private static DateTimeOffset Time(string text) =>
        DateTimeOffset.ParseExact(text, "yyyy-MM-dd'T'HH:mm'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    /// <summary>
    /// The same schedule told differently: a queue that every time is put into, or not, when it comes. It knows the times from their
    /// pattern, not from a cron library.
    /// </summary>
    private sealed class Oracle
    {
        private static readonly TimeSpan Step = TimeSpan.FromHours(1);

        private readonly Overlap _overlap;
        private readonly Queue<DateTimeOffset> _queue;
        private DateTimeOffset _seen;

        public Oracle(Missed missed, Overlap overlap, DateTimeOffset settled, DateTimeOffset now)
        {
            DateTimeOffset[] gone = [.. Between(settled, now)];
            _overlap = overlap;
            _queue = new(missed switch { Missed.All => gone, Missed.Once => gone.TakeLast(1), _ => [] });
            _seen = settled > now ? settled : now;
        }

        public DateTimeOffset? Next(DateTimeOffset now)
        {
            if (_queue.Count == 0)
            {
                DateTimeOffset due = Between(now > _seen ? now : _seen, DateTimeOffset.MaxValue).First();
                _queue.Enqueue(due);
                _seen = due;
            }

            return _queue.Peek();
        }

        public void Ran(DateTimeOffset due, DateTimeOffset ended)
        {
            Assert.Equal(due, _queue.Dequeue());
            if (_overlap is Overlap.Wait)
            {
                foreach (DateTimeOffset meanwhile in Between(_seen, ended))
                    _queue.Enqueue(meanwhile);
            }

            _seen = ended > _seen ? ended : _seen;
        }

        // Behind the first, up to and with the second: minute 17 of every fifth hour of a day.
        private static IEnumerable<DateTimeOffset> Between(DateTimeOffset begin, DateTimeOffset end)
        {
            DateTimeOffset first = new(begin.Year, begin.Month, begin.Day, begin.Hour, 17, 0, TimeSpan.Zero);
            for (DateTimeOffset hour = first; hour <= end; hour += Step)
            {
                if (hour > begin && hour.Hour % 5 == 0)
                    yield return hour;
            }
        }
    }
}
