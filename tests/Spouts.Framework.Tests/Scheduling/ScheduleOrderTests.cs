using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using Spouts.Commands;
using Spouts.Hosting;
using Spouts.Ledgers;
using Spouts.Operating;
using Spouts.Pachyderm;
using Spouts.Telemetry;
using Spouts.Tests.Adversary;
using Spouts.Tests.Publishing;

namespace Spouts.Tests.Scheduling;

/// <summary>Schedules that were changed, paused, asked to run or to run the past: one process after the other, each told by the ledger only.</summary>
public sealed class ScheduleOrderTests(PachdFixture pachd) : IClassFixture<PachdFixture>
{
    private static readonly ScheduleTrigger Hourly = new("0 * * * *", "UTC");

    // Between the call of a run and what it tells once its file is durable.
    private volatile bool _isAtWork;

    [Theory]
    [InlineData(Missed.All)]
    [InlineData(Missed.Once)]
    [InlineData(Missed.Skip)]
    public async Task A_changed_expression_runs_nothing_that_was_due_before_and_says_how_much_was_skipped(Missed missed)
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        await SaveAsync(spout, static saved => saved.With(Time("06:00"), "0 6,9 * * *", "UTC"));

        FakeLogCollector log = await RunUntilAsync(spout, new("*/5 * * * *", "UTC") { Missed = missed }, "15:00:30", runs: 2);

        Assert.Equal("15:05 15:10", await RunsAsync(spout));
        string said = Assert.Single(log.GetSnapshot(), static line => line.Message.Contains("skipped", StringComparison.Ordinal)).Message;
        Assert.Contains("is '*/5 * * * *' in UTC, and was '0 6,9 * * *' in UTC until now", said, StringComparison.Ordinal);
        Assert.Contains("108 due times of the new schedule were skipped, and 1 of the former one", said, StringComparison.Ordinal);
        Assert.Contains($"Those of the new one are run by: schedule backfill Fetch --from 2026-01-05T06:00:01Z --to 2026-01-05T15:00:30Z --spout {spout.Name};", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Missed.Once)]
    [InlineData(Missed.Skip)]
    public async Task A_changed_expression_is_told_once_and_can_be_backfilled_with_what_is_printed_although_nothing_has_run(Missed missed)
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        await SaveAsync(spout, static saved => saved.With(Time("06:00"), "0 6 * * *", "UTC"));
        ScheduleTrigger changed = Hourly with { Missed = missed };

        FakeLogCollector first = await StartAsync(spout, changed, "09:30");
        FakeLogCollector second = await StartAsync(spout, changed, "09:40");
        string command = Assert.Single(first.GetSnapshot(), static line => line.Message.Contains("skipped", StringComparison.Ordinal)).Message;
        await BackfillAsync(spout, changed, command);
        await RunUntilAsync(spout, changed, "09:50", runs: 3);

        Assert.DoesNotContain(second.GetSnapshot(), static line => line.Message.Contains("skipped", StringComparison.Ordinal));
        Assert.Equal("07:00 08:00 09:00", await RunsAsync(spout));
    }

    [Fact]
    public async Task Where_only_the_former_schedule_has_skipped_anything_no_command_is_printed_that_would_be_refused()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        await SaveAsync(spout, static saved => saved.With(Time("06:00"), "0 6,9 * * *", "UTC"));

        FakeLogCollector log = await StartAsync(spout, new("30 23 * * *", "UTC"), "15:00");

        string said = Assert.Single(log.GetSnapshot(), static line => line.Message.Contains("skipped", StringComparison.Ordinal)).Message;
        Assert.Contains("None of them can be run by this program", said, StringComparison.Ordinal);
        Assert.DoesNotContain("schedule backfill", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("12:17", "12:17")]
    public async Task Once_runs_a_paused_source_only_when_it_was_asked_to_and_says_so(string? asked, string? ran)
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        await SaveAsync(spout, saved => saved.With(Time("12:00"), "0 * * * *", "UTC").WithPaused(true).WithAsked(asked is null ? null : Time(asked)));
        FakeLogCollector log = new();
        using ILoggerFactory logs = LoggerFactory.Create(logging => logging.AddProvider(new FakeLoggerProvider(log)));
        using Running running = new(spout, new FakeTimeProvider(Time("15:00")), new ServiceCollection().BuildServiceProvider(), logs,
            Source(Hourly with { Missed = Missed.All }, (run, _) => Line(run.Due, static () => { })));

        await running.OnceAsync();

        Assert.Equal(ran, await RunsAsync(spout));
        Assert.Contains(log.GetSnapshot(), line => line.Message.Contains($"is paused: nothing of it runs until: schedule resume Fetch --spout {spout.Name}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_backfill_is_told_with_its_times_in_the_form_of_the_ledger()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        await SaveAsync(spout, static saved => saved.With(Time("09:00"), "0 * * * *", "UTC").With(new Backfill(Time("02:00"), Time("08:59"), 7)));

        FakeLogCollector log = await StartAsync(spout, Hourly, "09:30");

        Assert.Contains(log.GetSnapshot(), static line => line.Message.Contains("from 2026-01-05 02:00:00Z to 2026-01-05 08:59:00Z", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_changed_zone_runs_nothing_that_was_due_before()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        await SaveAsync(spout, static saved => saved.With(Time("06:00"), "30 6 * * *", "UTC"));

        FakeLogCollector log = await RunUntilAsync(spout, new("30 6 * * *", "Asia/Kolkata"), "15:00", runs: 1);

        Assert.Equal("01:00", await RunsAsync(spout));
        Assert.Contains(log.GetSnapshot(), static line =>
            line.Message.Contains("0 due times of the new schedule were skipped, and 1 of the former one", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"due":"2026-01-05T12:00:00Z"}""")]
    [InlineData("""{"due":"2026-01-05T12:00:00Z","cron":"0  */1 * * *","zone":"utc"}""")]
    public async Task What_a_ledger_has_without_an_expression_or_with_the_same_in_other_words_goes_on(string entry)
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        await SaveAsync(spout, _ => SourceEntry.From(JsonDocument.Parse(entry).RootElement));

        FakeLogCollector log = await RunUntilAsync(spout, Hourly with { Missed = Missed.All }, "15:00:30", runs: 4);

        Assert.Equal("13:00 14:00 15:00 16:00", await RunsAsync(spout));
        Assert.DoesNotContain(log.GetSnapshot(), static line => line.Message.Contains("skipped", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_first_run_of_a_changed_expression_is_made_good_when_it_was_killed()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        await SaveAsync(spout, static saved => saved.With(Time("06:00"), "0 6 * * *", "UTC"));
        FakeTimeProvider time = new(Time("15:30"));
        TaskCompletionSource began = new();
        using (Running killed = new(spout, time, Source(Hourly, (_, ct) => Endless(began, ct))))
            await killed.RunUntilAsync(PassAsync(spout, time, began.Task));

        await RunUntilAsync(spout, Hourly, "16:20", runs: 1);

        Assert.Equal("16:00", await RunsAsync(spout));
    }

    [Fact]
    public async Task What_a_later_version_keeps_beside_a_due_time_is_carried_along()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        await SaveAsync(spout, static _ => SourceEntry.From(JsonDocument.Parse(
            """{"due":"2026-01-05T12:00:00Z","cron":"0 6 * * *","zone":"UTC","later":{"a":[1]}}""").RootElement));

        await RunUntilAsync(spout, Hourly, "15:30", runs: 1);

        Assert.Contains("\"later\":{\"a\":[1]}", (await EntryAsync(spout)).Json, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_paused_schedule_runs_nothing_and_misses_what_was_due_until_it_is_resumed()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        await SaveAsync(spout, static saved => saved.With(Time("12:00"), "0 * * * *", "UTC").WithPaused(true));
        FakeTimeProvider time = new(Time("12:30"));
        bool hasRun = false;
        TaskCompletionSource other = new();
        using (Running paused = new(spout, time, Source(Hourly with { RunOnStart = true }, (_, ct) => Note(() => hasRun = true, ct)), Ticking(other, afterRuns: 9)))
            await paused.RunUntilAsync(Passing.UntilAsync(other.Task, time, TimeSpan.FromMinutes(20), () => paused.HasBegun));
        Assert.False(hasRun);

        await SaveAsync(spout, static saved => saved.WithPaused(false));
        await RunUntilAsync(spout, Hourly with { Missed = Missed.All }, "15:10", runs: 3);

        Assert.Equal("13:00 14:00 15:00", await RunsAsync(spout));
    }

    [Fact]
    public async Task A_run_that_was_asked_for_comes_once_also_where_the_schedule_is_paused()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        await SaveAsync(spout, static saved => saved.With(Time("12:00"), "0 * * * *", "UTC").WithPaused(true).WithAsked(Time("12:17")));
        FakeTimeProvider time = new(Time("12:20"));
        TaskCompletionSource began = new();
        using (Running killed = new(spout, time, Source(Hourly, (_, ct) => Endless(began, ct))))
            await killed.RunUntilAsync(began.Task);

        await RunUntilAsync(spout, Hourly, "12:30", runs: 1);
        await SaveAsync(spout, static saved => saved.WithPaused(false));
        await RunUntilAsync(spout, Hourly, "12:40", runs: 1);

        Assert.Equal("12:17 13:00", await RunsAsync(spout));
        Assert.Null((await EntryAsync(spout)).Asked);
    }

    [Fact]
    public async Task A_run_without_files_that_was_asked_for_is_not_repeated()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        await SaveAsync(spout, static saved => saved.With(Time("12:00"), "0 * * * *", "UTC").WithAsked(Time("12:17")));
        FakeTimeProvider time = new(Time("12:20"));
        List<string> runs = [];
        TaskCompletionSource second = new();
        using Running running = new(spout, time, Source(Hourly, (run, ct) => Note(() =>
        {
            runs.Add($"{run.Due.UtcDateTime:HH:mm}");
            if (runs.Count == 2)
                second.SetResult();
        }, ct)));

        await running.RunUntilAsync(PassAsync(spout, time, second.Task));

        Assert.Equal(["12:17", "13:00"], runs);
    }

    [Fact]
    public async Task A_backfill_runs_the_oldest_first_each_once_across_processes_and_the_schedule_goes_on_beside_it()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        await SaveAsync(spout, static saved => saved.With(Time("09:00"), "0 * * * *", "UTC").With(new Backfill(Time("02:00"), Time("08:59"), 7)));

        await RunUntilAsync(spout, Hourly, "09:30", runs: 3);
        SourceEntry between = await EntryAsync(spout);
        await RunUntilAsync(spout, Hourly, "10:01", runs: 5);
        await RunUntilAsync(spout, Hourly, "10:30", runs: 1);

        Assert.Equal("02:00 03:00 04:00 10:00 05:00 06:00 07:00 08:00 11:00", await RunsAsync(spout));
        Assert.Equal((3, Time("04:00")), (between.Backfill!.Done, between.Backfill.Last));
        Assert.Null((await EntryAsync(spout)).Backfill);
    }

    [Fact]
    public async Task A_backfill_of_times_that_the_schedule_has_missed_as_well_runs_them_once()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        await SaveAsync(spout, static saved => saved.With(Time("02:00"), "0 * * * *", "UTC").With(new Backfill(Time("04:00"), Time("06:00"), 3)));

        await RunUntilAsync(spout, Hourly with { Missed = Missed.All }, "08:10", runs: 2);
        await RunUntilAsync(spout, Hourly with { Missed = Missed.All }, "08:10", runs: 4);
        await RunUntilAsync(spout, Hourly with { Missed = Missed.All }, "08:20", runs: 1);

        Assert.Equal("03:00 07:00 08:00 04:00 05:00 06:00 09:00", await RunsAsync(spout));
    }

    [Fact]
    public async Task What_is_due_while_a_backfill_is_at_work_waits_and_is_not_passed_over()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        await SaveAsync(spout, static saved => saved.With(Time("09:00"), "0 * * * *", "UTC").With(new Backfill(Time("02:00"), Time("03:00"), 2)));
        FakeTimeProvider time = new(Time("09:50"));
        TaskCompletionSource third = new();
        int runs = 0;
        using Running running = new(spout, time, Source(Hourly with { Missed = Missed.Skip }, (run, _) =>
        {
            // The first two take half an hour each.
            if (++runs < 3)
                time.Advance(TimeSpan.FromMinutes(30));
            return Line(run.Due, runs == 3 ? third.SetResult : static () => { });
        }));

        await running.RunUntilAsync(third.Task);

        Assert.Equal("02:00 10:00 03:00", await RunsAsync(spout));
    }

    [Fact]
    public async Task A_changed_expression_ends_a_backfill_and_counts_what_is_left()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        await SaveAsync(spout, static saved => saved.With(Time("09:00"), "0 * * * *", "UTC")
            .With(new Backfill(Time("02:00"), Time("08:00"), 7) { Done = 2, Last = Time("03:00") }));

        FakeLogCollector log = await RunUntilAsync(spout, new("30 * * * *", "UTC"), "09:10", runs: 1);

        Assert.Equal("09:30", await RunsAsync(spout));
        Assert.Contains(log.GetSnapshot(), static line => line.Message.Contains("and 5 of the former one", StringComparison.Ordinal));
        Assert.Null((await EntryAsync(spout)).Backfill);
    }

    private static DateTimeOffset Time(string text) => new(new DateOnly(2026, 1, 5).ToDateTime(TimeOnly.Parse(text, System.Globalization.CultureInfo.InvariantCulture)), TimeSpan.Zero);

    // A process that starts at a time, and is ended before anything of it has run.
    private async Task<FakeLogCollector> StartAsync(TestSpout spout, ScheduleTrigger trigger, string start)
    {
        FakeLogCollector log = new();
        using ILoggerFactory logs = LoggerFactory.Create(logging => logging.AddProvider(new FakeLoggerProvider(log)));
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(30));
        using Running running = new(spout, new FakeTimeProvider(Time(start)), new ServiceCollection().BuildServiceProvider(), logs, Source(trigger, static (_, ct) => Waiting(ct)));
        using PeriodicTimer look = new(TimeSpan.FromMilliseconds(5));
        await running.RunUntilAsync(BegunAsync());
        return log;

        async Task BegunAsync()
        {
            while (!running.HasBegun)
                await look.WaitForNextTickAsync(patience.Token);
        }
    }

    // What an operator pastes.
    private async Task BackfillAsync(TestSpout spout, ScheduleTrigger trigger, string said)
    {
        StateChange? change = null;
        string command = said[said.IndexOf("schedule backfill", StringComparison.Ordinal)..said.IndexOf(';', said.IndexOf("schedule backfill", StringComparison.Ordinal))];
        await ProgramCommand.InvokeAsync("spout", command.Split(' '), (options, _) =>
        {
            change = options.Change;
            return Task.FromResult(ExitCodes.Done);
        });
        using PachydermChannel cluster = new(pachd.Cluster.Address, token: null);
        using StateEditor editor = new(
            new() { Name = spout.Name, OutputBranch = "master", Sources = [Source(trigger, static (_, ct) => Waiting(ct))] },
            new(cluster.Invoker, spout.Worker.Project, spout.Name),
            new(cluster.Invoker, spout.Worker.Project, spout.Name, "master"),
            new FakeTimeProvider(Time("09:45")),
            NullLoggerFactory.Instance);
        await editor.ChangeAsync(change!, confirm: null, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60));
    }

    // A process that starts at a time, and is ended when so many runs of it are durable. A run appends the time that was due.
    private async Task<FakeLogCollector> RunUntilAsync(TestSpout spout, ScheduleTrigger trigger, string start, int runs)
    {
        FakeTimeProvider time = new(Time(start));
        FakeLogCollector log = new();
        using ILoggerFactory logs = LoggerFactory.Create(logging => logging.AddProvider(new FakeLoggerProvider(log)));
        TaskCompletionSource enough = new();
        int count = 0;
        using Running running = new(spout, time, new ServiceCollection().BuildServiceProvider(), logs, Source(trigger, (run, ct) => count == runs
            ? Waiting(ct)
            : Line(run.Due, () =>
            {
                if (++count == runs)
                    enough.TrySetResult();
            })));
        await running.RunUntilAsync(PassAsync(spout, time, enough.Task));
        return log;
    }

    // Time passes only while no run is at work, and never beyond what the source waits for: how long a commit takes changes nothing.
    private async Task PassAsync(TestSpout spout, FakeTimeProvider time, Task happened)
    {
        _isAtWork = false;
        using PeriodicTimer look = new(TimeSpan.FromMilliseconds(5));
        while (!happened.IsCompleted && await look.WaitForNextTickAsync())
        {
            SourceStatus? status = Instruments.Sources.FirstOrDefault(status => status.Spout == spout.Name && status.Source == TestSpout.Source.Name);
            if (_isAtWork || status?.UntilNextRun is not { } wait)
                continue;

            // A timer may have been set a moment after the time was looked at: then it is due a little later than the source.
            TimeSpan step = wait > TimeSpan.Zero ? wait : TimeSpan.FromSeconds(1);
            time.Advance(step < TimeSpan.FromMinutes(30) ? step : TimeSpan.FromMinutes(30));
        }

        await happened;
    }

    private SourceRegistration Source(ScheduleTrigger trigger, Func<SourceRun, CancellationToken, IAsyncEnumerable<SpoutFile>> run) => new()
    {
        Name = TestSpout.Source.Name,
        Trigger = trigger,
        Run = (_, sourceRun, cancellation) =>
        {
            _isAtWork = true;
            return run(sourceRun, cancellation);
        },
    };

    // Another source, to see time pass by.
    private SourceRegistration Ticking(TaskCompletionSource enough, int afterRuns)
    {
        int runs = 0;
        return new()
        {
            Name = "Tick",
            Trigger = new PollTrigger(TimeSpan.FromMinutes(15)),
            Run = (_, _, ct) => Note(() => _ = ++runs == afterRuns && enough.TrySetResult(), ct),
        };
    }

    private IAsyncEnumerable<SpoutFile> Line(DateTimeOffset due, Action committed) => new[]
    {
        SpoutFile.Text("/runs", $"{due.UtcDateTime:HH:mm} ").Appended().OnCommitted((_, _) =>
        {
            committed();
            _isAtWork = false;
            return ValueTask.CompletedTask;
        }),
    }.ToAsyncEnumerable();

    private IAsyncEnumerable<SpoutFile> Note(Action run, CancellationToken cancellation)
    {
        run();
        _isAtWork = false;
        return SourceFiles.From([], cancellation);
    }

    // The run behind the last one that counts: it is at work until its process ends.
    private static async IAsyncEnumerable<SpoutFile> Waiting([EnumeratorCancellation] CancellationToken cancellation)
    {
        await Task.Delay(Timeout.Infinite, cancellation);
        yield break;
    }

    private static async IAsyncEnumerable<SpoutFile> Endless(
        TaskCompletionSource began, [EnumeratorCancellation] CancellationToken cancellation)
    {
        yield return SpoutFile.Text("/never", "");
        began.TrySetResult();
        await Task.Delay(Timeout.Infinite, cancellation);
    }

    private static async Task<string?> RunsAsync(TestSpout spout) => (await spout.ReadAsync("/runs"))?.TrimEnd();

    private static async Task SaveAsync(TestSpout spout, Func<SourceEntry, SourceEntry> change)
    {
        using TestSpout operating = spout.Successor();
        SourceEntry saved = (await operating.Publisher.PositionAsync(CancellationToken.None)).Ledger.Entry(TestSpout.Source);
        await operating.Publisher.SaveAsync(TestSpout.Source, saved, change(saved), CancellationToken.None);
    }

    private static async Task<SourceEntry> EntryAsync(TestSpout spout)
    {
        using TestSpout successor = spout.Successor();
        return (await successor.Publisher.PositionAsync(CancellationToken.None)).Ledger.Entry(TestSpout.Source);
    }
}
