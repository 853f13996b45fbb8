using System.Runtime.CompilerServices;
using Microsoft.Extensions.Time.Testing;
using Spouts.Hosting;
using Spouts.Ledgers;
using Spouts.Publishing;
using Spouts.Scheduling;
using Spouts.Tests.Publishing;

namespace Spouts.Tests.Scheduling;

/// <summary>What a schedule leaves in the ledger, and what the next process makes of it.</summary>
public sealed class ScheduleTests(PachdFixture pachd) : IClassFixture<PachdFixture>
{
    private static readonly ScheduleTrigger EverySecond = new("* * * * * *", "UTC");

    [Fact]
    public async Task A_run_without_files_leaves_its_due_time_in_the_ledger()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        List<DateTimeOffset> dues = [];
        TaskCompletionSource third = new();
        using Running running = new(spout, Source(EverySecond, (run, _) => Take(dues, run.Due, third)));

        await running.RunUntilAsync(third.Task);

        SourceEntry entry = await EntryAsync(spout);
        Assert.Contains(entry.Due!.Value, dues);

        // The last one may have been cut short by the end.
        Assert.All((await spout.Arrived.ReadCommitsAsync()).SkipLast(1), static commit => Assert.Matches("^spouts/1 (void|pending) ", commit.Description));
        Assert.Equal(dues.Order().Distinct(), dues);
    }

    [Fact]
    public async Task A_schedule_that_makes_nothing_good_leaves_no_commit_without_files()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        List<DateTimeOffset> dues = [];
        TaskCompletionSource third = new();
        using Running running = new(spout, Source(EverySecond with { Missed = Missed.Skip }, (run, _) => Take(dues, run.Due, third)));

        await running.RunUntilAsync(third.Task);

        Assert.Single(await spout.Arrived.ReadCommitsAsync());
    }

    [Fact]
    public async Task The_very_first_run_is_made_good_when_it_was_killed()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        TaskCompletionSource<DateTimeOffset> first = new(), again = new();
        ScheduleTrigger all = EverySecond with { Missed = Missed.All };
        using (Running killed = new(spout, Source(all, (run, ct) => Killed(run.Due, first, ct))))
            await killed.RunUntilAsync(first.Task);

        using Running successor = new(spout, Source(all, (run, ct) => Killed(run.Due, again, ct)));
        await successor.RunUntilAsync(again.Task);

        Assert.Equal(await first.Task, await again.Task);
        Assert.Empty(await spout.Arrived.ReadFilesAsync());
    }

    [Fact]
    public async Task The_next_process_goes_on_behind_what_has_run()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        ScheduleTrigger all = EverySecond with { Missed = Missed.All };
        TaskCompletionSource enough = new();
        TaskCompletionSource<DateTimeOffset> next = new();
        int committed = 0;
        using (Running one = new(spout, Source(all, (run, _) => Files(SpoutFile.Text("/due", $"{run.Due:O}").OnCommitted((_, _) =>
        {
            if (++committed == 3)
                enough.SetResult();
            return ValueTask.CompletedTask;
        })))))
            await one.RunUntilAsync(enough.Task);
        SourceEntry entry = await EntryAsync(spout);

        using Running other = new(spout, Source(all, (run, ct) => Killed(run.Due, next, ct)));
        await other.RunUntilAsync(next.Task);

        Assert.Equal($"{entry.Due:O}", await spout.ReadAsync("/due"));
        Assert.Equal(entry.Due!.Value.AddSeconds(1), await next.Task);
    }

    [Fact]
    public async Task A_renamed_source_goes_on_where_it_was()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        using (Running before = new(spout, Counting("Old", formerName: null)))
            await before.OnceAsync();

        using Running renamed = new(spout, Counting("New", formerName: "Old"));
        await renamed.OnceAsync();
        await renamed.OnceAsync();

        Assert.Equal("3", await spout.ReadAsync("/count"));
        Position position = await spout.Publisher.PositionAsync(CancellationToken.None);
        Assert.Equal(["New"], position.Ledger.Sources.Keys);
    }

    [Fact]
    public async Task A_schedule_may_run_at_each_start_as_well()
    {
        FakeTimeProvider time = new(new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero));
        ScheduleClock clock = new(new("0 6 * * *", "UTC") { RunOnStart = true }, time.GetUtcNow(), time);

        DueTime start = await clock.NextAsync(CancellationToken.None);
        clock.Ran(start);
        DueTime next = await PassAsync(clock.NextAsync(CancellationToken.None), time);

        Assert.Equal(new(time.Start, DueKind.Now), start);
        Assert.Equal(new(new(2026, 5, 2, 6, 0, 0, TimeSpan.Zero), DueKind.Schedule), next);
    }

    [Fact]
    public async Task A_start_that_makes_a_missed_time_good_needs_no_other_run()
    {
        FakeTimeProvider time = new(new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero));
        ScheduleClock clock = new(new("0 6 * * *", "UTC") { RunOnStart = true }, time.GetUtcNow().AddDays(-1), time);

        DueTime missed = await clock.NextAsync(CancellationToken.None);
        clock.Ran(missed);
        DueTime next = await PassAsync(clock.NextAsync(CancellationToken.None), time);

        Assert.Equal(new(2026, 5, 1, 6, 0, 0, TimeSpan.Zero), missed.Time);
        Assert.Equal(new(2026, 5, 2, 6, 0, 0, TimeSpan.Zero), next.Time);
    }

    [Fact]
    public async Task Jitter_delays_a_run_and_leaves_its_due_time()
    {
        FakeTimeProvider time = new(new(2026, 5, 1, 5, 59, 30, TimeSpan.Zero));
        ScheduleClock clock = new(new("0 6 * * *", "UTC") { Jitter = TimeSpan.FromMinutes(20) }, time.GetUtcNow(), time);

        DueTime due = await PassAsync(clock.NextAsync(CancellationToken.None), time);

        Assert.Equal(new(2026, 5, 1, 6, 0, 0, TimeSpan.Zero), due.Time);
    }

    // Lets time pass until something has happened.
    private static async Task<T> PassAsync<T>(Task<T> task, FakeTimeProvider time)
    {
        while (!task.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        return await task;
    }

    private static async Task<SourceEntry> EntryAsync(TestSpout spout)
    {
        using TestSpout successor = spout.Successor();
        return (await successor.Publisher.PositionAsync(CancellationToken.None)).Ledger.Entry(TestSpout.Source);
    }

    private static SourceRegistration Source(ScheduleTrigger trigger, Func<SourceRun, CancellationToken, IAsyncEnumerable<SpoutFile>> run) => new()
    {
        Name = TestSpout.Source.Name,
        Trigger = trigger,
        Run = (_, sourceRun, cancellation) => run(sourceRun, cancellation),
    };

    private static SourceRegistration Counting(string name, string? formerName) => new()
    {
        Name = name,
        FormerName = formerName,
        Trigger = new PollTrigger(TimeSpan.FromSeconds(1)),
        Run = static (_, run, cancellation) =>
        {
            Cursor<int> count = run.Cursor("count", CursorCodec.Int32);
            count.Value++;
            return SourceFiles.From([SpoutFile.Text("/count", $"{count.Value}")], cancellation);
        },
    };

    private static IAsyncEnumerable<SpoutFile> Take(List<DateTimeOffset> dues, DateTimeOffset due, TaskCompletionSource third)
    {
        dues.Add(due);
        if (dues.Count == 3)
            third.TrySetResult();
        return AsyncEnumerable.Empty<SpoutFile>();
    }

    private static IAsyncEnumerable<SpoutFile> Files(SpoutFile file) => new[] { file }.ToAsyncEnumerable();

    // It is at work when its process ends.
    private static async IAsyncEnumerable<SpoutFile> Killed(
        DateTimeOffset due, TaskCompletionSource<DateTimeOffset> began, [EnumeratorCancellation] CancellationToken cancellation)
    {
        yield return SpoutFile.Text("/never", "");
        began.TrySetResult(due);
        await Task.Delay(Timeout.Infinite, cancellation);
    }
}
