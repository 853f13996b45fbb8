using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Spouts.Hosting;
using Spouts.Scheduling;
using Spouts.Tests.Adversary;
using Spouts.Tests.Publishing;

namespace Spouts.Tests.Scheduling;

/// <summary>Where a run is cut into commits, and what its cursor and its callbacks see of that.</summary>
public sealed class BatchTests(PachdFixture pachd) : IClassFixture<PachdFixture>
{
    [Fact]
    public async Task A_run_is_cut_at_so_many_files_and_each_commit_has_the_cursor_of_its_last_one()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        using Running running = new(spout, Source(new() { Files = 2 }, (run, _) => Count(run.Cursor("last", CursorCodec.Int32), 5)));

        await running.OnceAsync();

        Assert.Equal(["#3 1 file", "#2 2 files", "#1 2 files"], await SummariesAsync(spout));
        Assert.Equal([5, 4, 2], (await LedgersAsync(spout)).Select(static ledger => ledger.GetProperty("last").GetInt32()));
    }

    [Fact]
    public async Task Pieces_of_one_path_count_each()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        using Running running = new(spout, Source(new() { Files = 2 }, (_, ct) => SourceFiles.From(
            [.. Enumerable.Range(0, 3).Select(static i => SpoutFile.Text("/log", $"{i}\n").Appended().WithItem($"{i}"))], ct)));

        await running.OnceAsync();

        Assert.Equal(["#2 1 file", "#1 1 file"], await SummariesAsync(spout));
        Assert.Equal("0\n1\n2\n", await spout.ReadAsync("/log"));
    }

    [Fact]
    public async Task The_file_that_reaches_the_bytes_is_the_last_of_its_commit()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        using Running running = new(spout, Source(new() { Bytes = 10 }, (_, ct) => SourceFiles.From(
        [
            SpoutFile.Text("/a", "123456"), SpoutFile.Text("/b", "1234567890"), SpoutFile.Text("/c", "1"),
        ], ct)));

        await running.OnceAsync();

        Assert.Equal(["#2 1 file", "#1 2 files"], await SummariesAsync(spout));
    }

    [Fact]
    public async Task A_file_is_committed_when_its_period_is_over_though_the_source_still_waits_for_the_next()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        FakeTimeProvider time = new();
        TaskCompletionSource waits = new(), committed = new();
        using Running running = new(spout, time, Source(
            new() { Period = TimeSpan.FromSeconds(30) }, (run, ct) => Waiting(run.Cursor("last", CursorCodec.Int32), waits, committed, ct)));
        using CancellationTokenSource end = new();

        Task loop = running.RunAsync(end.Token);
        await waits.Task;
        time.Advance(TimeSpan.FromSeconds(29));
        Assert.False(committed.Task.IsCompleted);
        // The timer is set after the source was asked for its next file, so time has to go on until it has seen that.
        await Passing.UntilAsync(committed.Task, time, TimeSpan.FromSeconds(1));

        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => loop);
        Assert.Equal(1, (await LedgersAsync(spout))[0].GetProperty("last").GetInt32());
    }

    [Fact]
    public async Task The_next_batch_is_staged_while_the_last_one_is_published_and_none_further()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        TaskCompletionSource stagedSecond = new();
        List<string> order = [];
        using Running running = new(spout, Source(new() { Files = 1 }, (_, _) => Ahead(order, stagedSecond)));

        await running.OnceAsync().WaitAsync(TimeSpan.FromSeconds(60));

        Assert.Equal(["yield 1", "yield 2", "committed 1", "yield 3", "committed 2", "committed 3"], order);
    }

    [Fact]
    public async Task What_was_committed_before_a_run_failed_stays_and_the_rest_is_given_back()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        List<string> told = [];
        using Running running = new(spout, Source(new() { Files = 2 }, (run, _) => Failing(run.Cursor("last", CursorCodec.Int32), told)));

        await Assert.ThrowsAsync<SourceFailedException>(running.OnceAsync);
        await running.OnceAsync();

        Assert.Equal(
            ["committed /1", "committed /2", "abandoned /3", "committed /3", "committed /4", "committed /5"], told);
                Assert.Equal("#1 2 files", (await SummariesAsync(spout))[^1]);
    }

    [Fact]
    public async Task A_batch_that_was_dropped_takes_the_one_staged_behind_it_along()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        List<string> told = [];
        int runs = 0;
        using Running running = new(spout, Source(new() { Files = 1 }, (run, ct) =>
            Raced(spout, run.Cursor("at", CursorCodec.Int32), isFirst: ++runs == 1, told, ct)));

        await running.OnceAsync();

        // Both files of the first run were given back; the second run began behind what the other process had published.
        Assert.Equal(["abandoned /1", "abandoned /2", "committed /11", "committed /12"], told);
        Assert.Equal(["/11", "/12", "/other"], (await spout.Arrived.ReadFilesAsync()).Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task An_endless_source_runs_once_up_to_its_first_batch()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        using Running running = new(spout, Source(
            new() { Files = 3 }, (run, _) => Count(run.Cursor("last", CursorCodec.Int32), int.MaxValue), new StreamTrigger()));

        await running.OnceAsync();
        await running.OnceAsync();

        Assert.Equal(["#2 3 files", "#1 3 files"], await SummariesAsync(spout));
    }

    [Fact]
    public async Task A_source_sees_in_its_repo_what_the_batches_before_have_brought()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        List<int> seen = [];
        using Running running = new(spout, Source(new() { Files = 1 }, (run, ct) => Looking(run.Context.Files, seen, ct)));

        await running.OnceAsync();

        Assert.Equal([0, 1], seen);
    }

    private static SourceRegistration Source(
        BatchLimits limits, Func<SourceRun, CancellationToken, IAsyncEnumerable<SpoutFile>> run, SourceTrigger? trigger = null) => new()
    {
        Name = "Fetch",
        Trigger = trigger ?? new PollTrigger(TimeSpan.FromSeconds(1)),
        Batch = limits,
        Run = (_, sourceRun, cancellation) => run(sourceRun, cancellation),
    };

    private static async Task<string[]> SummariesAsync(TestSpout spout) =>
        [.. (await OursAsync(spout)).Select(static text => string.Join(' ', text.Split(' ')[1..4]))];

    private static async Task<JsonElement[]> LedgersAsync(TestSpout spout) =>
        [.. (await OursAsync(spout)).Select(static text => JsonElement.Parse(text[text.IndexOf('{', StringComparison.Ordinal)..])
            .GetProperty("sources").GetProperty("Fetch").GetProperty("cursor"))];

    private static async Task<IEnumerable<string>> OursAsync(TestSpout spout) =>
        (await spout.Arrived.ReadCommitsAsync()).Select(static commit => commit.Description).Where(static text => text.StartsWith("spouts/1 #", StringComparison.Ordinal));

    private static SpoutFile Told(List<string> told, int number)
    {
        return SpoutFile.Text($"/{number}", "")
            .OnCommitted((file, _) => Tell($"committed {file.Path}"))
            .OnAbandoned((file, _) => Tell($"abandoned {file.Path}"));

        ValueTask Tell(string what)
        {
            told.Add(what);
            return ValueTask.CompletedTask;
        }
    }

    // The cursor moves on behind each file, too: that belongs to the next one.
    private static async IAsyncEnumerable<SpoutFile> Count(Cursor<int> last, int end)
    {
        for (int i = last.Value + 1; i <= end; i++)
        {
            last.Value = i;
            yield return SpoutFile.Text($"/{i}", "");
            last.Value = i == end ? end : -1;
            await Task.Yield();
        }
    }

    private static async IAsyncEnumerable<SpoutFile> Waiting(
        Cursor<int> last, TaskCompletionSource waits, TaskCompletionSource committed, [EnumeratorCancellation] CancellationToken cancellation)
    {
        yield return SpoutFile.Text("/1", "").WithCursor(last, 1).OnCommitted((_, _) =>
        {
            committed.SetResult();
            return ValueTask.CompletedTask;
        });
        waits.SetResult();
        await Task.Delay(Timeout.Infinite, cancellation);
    }

    private static async IAsyncEnumerable<SpoutFile> Ahead(List<string> order, TaskCompletionSource stagedSecond)
    {
        for (int i = 1; i <= 3; i++)
        {
            int number = i;
            order.Add($"yield {i}");
            if (i == 2)
                stagedSecond.SetResult();
            yield return SpoutFile.Text($"/{i}", "").OnCommitted(async (_, _) =>
            {
                // Were the second not staged meanwhile, this would wait for ever.
                await stagedSecond.Task;
                order.Add($"committed {number}");
            });
        }
    }

    private static async IAsyncEnumerable<SpoutFile> Failing(Cursor<int> last, List<string> told)
    {
        bool fails = last.Value == 0;
        for (int i = last.Value + 1; i <= 5; i++)
        {
            last.Value = i;
            yield return Told(told, i);
            await Task.Yield();
            if (fails && i == 3)
                throw new InvalidOperationException("the queue is on fire");
        }
    }

    // In the first run another process publishes as soon as the second file is asked for.
    private static async IAsyncEnumerable<SpoutFile> Raced(
        TestSpout spout, Cursor<int> last, bool isFirst, List<string> told, [EnumeratorCancellation] CancellationToken cancellation)
    {
        int begin = last.Value;
        if (isFirst)
        {
            using TestSpout other = spout.Successor();
            await other.PublishAsync(10, SpoutFile.Text("/other", ""));
        }

        for (int i = begin + 1; i <= begin + 2; i++)
        {
            last.Value = i;
            yield return Told(told, i);
            cancellation.ThrowIfCancellationRequested();
        }
    }

    private static async IAsyncEnumerable<SpoutFile> Looking(
        IStoredFiles files, List<int> seen, [EnumeratorCancellation] CancellationToken cancellation)
    {
        TaskCompletionSource committed = new();
        seen.Add(await files.ListAsync(cancellationToken: cancellation).CountAsync(cancellation));
        yield return SpoutFile.Text("/a", "").OnCommitted((_, _) =>
        {
            committed.SetResult();
            return ValueTask.CompletedTask;
        });
        await committed.Task;
        seen.Add(await files.ListAsync(cancellationToken: cancellation).CountAsync(cancellation));
    }
}
