using System.Runtime.CompilerServices;
using Microsoft.Extensions.Time.Testing;
using Spouts.Hosting;
using Spouts.Ledgers;
using Spouts.Publishing;
using Spouts.Scheduling;
using Spouts.Testing;
using Spouts.Tests.Publishing;

namespace Spouts.Tests.Scheduling;

/// <summary>What a source does to the repo, seen through a real local pachd.</summary>
public sealed class SourceLoopTests(PachdFixture pachd) : IClassFixture<PachdFixture>
{
    [Fact]
    public async Task A_run_is_one_commit_and_its_files_are_acknowledged_after_it_in_their_order()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        List<string> told = [];
        using Running running = new(spout, Source("Fetch", (_, _) => Files(Told(told, "/b"), Told(told, "/a"))));

        await running.OnceAsync();

        SpoutCommit head = (await spout.Arrived.ReadCommitsAsync())[0];
        Assert.Equal([$"/b {head.Id}", $"/a {head.Id}"], told);
        Assert.Equal(["/a", "/b"], (await spout.Arrived.ReadFilesAsync()).Keys);
    }

    [Fact]
    public async Task A_run_without_files_commits_nothing()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        using Running running = new(spout, Source("Fetch", (_, _) => Files()));

        await running.OnceAsync();

        Assert.Single(await spout.Arrived.ReadCommitsAsync());
    }

    [Fact]
    public async Task A_run_that_throws_leaves_nothing_and_the_cursor_where_it_was()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        using Running running = new(spout, Source("Fetch", (run, _) => Failing(run.Cursor("last", CursorCodec.Int32))));

        SourceFailedException failed = await Assert.ThrowsAsync<SourceFailedException>(running.OnceAsync);

        Assert.Contains("the queue is on fire", failed.Message, StringComparison.Ordinal);
        Assert.Empty(await spout.Arrived.ReadFilesAsync());
        Assert.Single(await spout.Arrived.ReadCommitsAsync());
    }

    [Fact]
    public async Task A_source_that_failed_runs_again_after_a_while()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        int runs = 0;
        TaskCompletionSource done = new();
        using CancellationTokenSource end = new();
        using Running running = new(spout, TimeProvider.System, Source("Fetch", (_, _) => ++runs == 1
            ? throw new InvalidOperationException("not yet")
            : Files(SpoutFile.Text("/a", "1").OnCommitted((_, _) => { done.TrySetResult(); return ValueTask.CompletedTask; }))));

        Task loop = running.RunAsync(end.Token);
        await Task.WhenAny(done.Task, loop);
        await end.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => loop);
        Assert.Equal(["/a"], (await spout.Arrived.ReadFilesAsync()).Keys);
    }

    [Fact]
    public async Task A_source_may_rest_for_a_year()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        int runs = 0;
        TaskCompletionSource again = new();
        using CancellationTokenSource end = new();
        ImpatientTime time = new();
        using Running running = new(spout, time, new SourceRegistration
        {
            Name = "Fetch",
            Trigger = new PollTrigger(TimeSpan.FromDays(365)),
            Run = (_, _, _) => ++runs == 2 ? Done(again) : Files(),
        });

        Task loop = running.RunAsync(end.Token);
        Assert.Same(again.Task, await Task.WhenAny(again.Task, loop));
        await end.CancelAsync();

        Assert.Equal(365, time.Waits.Take(53).Sum(wait => wait.TotalDays), precision: 3);
    }

    [Fact]
    public async Task Two_sources_keep_their_cursors_in_one_ledger()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        using (Running first = new(spout, Counting("One", "/one"), Counting("Two", "/two")))
        {
            await first.OnceAsync();
            await first.OnceAsync();
        }

        // Another process goes on from there.
        using Running second = new(spout, Counting("One", "/one"), Counting("Two", "/two"));
        await second.OnceAsync();

        Assert.Equal("3", await spout.ReadAsync("/one"));
        Assert.Equal("3", await spout.ReadAsync("/two"));
        Assert.StartsWith("spouts/1 #6 ", (await spout.Arrived.ReadCommitsAsync())[0].Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cursor_that_moves_alone_is_saved_at_once_and_then_at_most_once_an_hour()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        FakeTimeProvider time = new();
        using Running running = new(spout, time, Source("Fetch", (run, _) =>
        {
            run.Cursor("last", CursorCodec.Int32).Value++;
            return Files();
        }));

        await running.OnceAsync();
        Assert.Equal(1, await SavedAsync(spout));
        await running.OnceAsync();
        time.Advance(TimeSpan.FromMinutes(59));
        await running.OnceAsync();
        Assert.Equal(1, await SavedAsync(spout));
        time.Advance(TimeSpan.FromMinutes(2));
        await running.OnceAsync();
        Assert.Equal(4, await SavedAsync(spout));
    }

    [Fact]
    public async Task A_source_sees_its_own_repo_as_of_the_commit_that_counts()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        await spout.PublishAsync(1, SpoutFile.Text("/d/a", "1"), SpoutFile.Text("/d/e/b", "22"), SpoutFile.Text("/c", "333"));
        List<string> seen = [];
        using Running running = new(spout, Source("Fetch", (run, ct) => Look(run.Context.Files, seen, ct)));

        await running.OnceAsync();

        Assert.Equal(["/c 3", "/d/a 1", "/d/e/b 2", "below /d: /d/a", "below /d: /d/e/b", "found 22", "missing"], seen);
    }

    [Fact]
    public async Task A_source_that_does_not_heed_its_cancellation_cannot_keep_a_failed_process_alive()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        TaskCompletionSource never = new();
        TaskCompletionSource stuck = new();
        using Running running = new(spout,
            Source("Stuck", (_, _) => Stuck(stuck, never.Task)),
            Source("Wrong", (_, _) => Wrong(stuck.Task)));

        await Assert.ThrowsAsync<SpoutConfigurationException>(() => running.RunAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30)));

        never.SetResult();
    }

    [Fact]
    public async Task An_acknowledgement_that_throws_ends_the_process_whatever_it_throws()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        using Running running = new(spout, new ImpatientTime(), Source("Fetch", (_, _) => Files(SpoutFile.Text("/a", "1").OnCommitted(
            (_, _) => throw new PachydermException(PachydermErrorKind.Unreachable, "no answer")))));

        AcknowledgementFailedException failed = await Assert.ThrowsAsync<AcknowledgementFailedException>(
            () => running.RunAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30)));

        Assert.Contains("/a", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_source_that_reads_a_commit_which_was_dropped_runs_again_on_the_one_that_counts()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        int runs = 0;
        TaskCompletionSource done = new();
        using CancellationTokenSource end = new();
        using Running running = new(spout, Source("Fetch", (run, ct) => ++runs switch
        {
            1 => Files(SpoutFile.Text("/a", "1")),
            2 => DropAndRead(spout, run.Context.Files, ct),
            _ => Done(done),
        }));

        Task loop = running.RunAsync(end.Token);
        Assert.Same(done.Task, await Task.WhenAny(done.Task, loop));
        await end.CancelAsync();

        Assert.Null(await spout.ReadAsync("/a"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_source_that_is_done_ends_and_no_later_process_runs_it(bool withFile)
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        int runs = 0;
        SourceRegistration source = Source("Fetch", (run, ct) =>
        {
            runs++;
            run.Context.Done();
            return SourceFiles.From(withFile ? [SpoutFile.Text("/a", "")] : [], ct);
        });
        using (Running running = new(spout, source))
            await running.RunAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60));

        using TestSpout successor = spout.Successor();
        using Running later = new(successor, source);
        await later.RunAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60));
        await later.OnceAsync();

        Assert.Equal(1, runs);
        Assert.Equal(withFile ? ["/a"] : [], (await spout.Arrived.ReadFilesAsync()).Keys);
    }

    [Fact]
    public async Task A_large_file_is_read_back_in_pieces()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        byte[] content = new byte[5_000_001];
        new Random(1).NextBytes(content);
        await spout.PublishAsync(1, SpoutFile.Streamed("/large", _ => ValueTask.FromResult<Stream>(new MemoryStream(content))));

        Assert.Equal(content, (await spout.Arrived.ReadFilesAsync())["/large"]);
    }

    private static async Task<int> SavedAsync(TestSpout spout)
    {
        using TestSpout other = spout.Successor();
        Position position = await other.Publisher.PositionAsync(CancellationToken.None);
        return position.Ledger.Entry(new("Fetch")).Cursor("last").GetInt32();
    }

    private static SourceRegistration Source(string name, Func<SourceRun, CancellationToken, IAsyncEnumerable<SpoutFile>> run) => new()
    {
        Name = name,
        Trigger = new PollTrigger(TimeSpan.FromSeconds(1)),
        Run = (_, sourceRun, cancellation) => run(sourceRun, cancellation),
    };

    private static SourceRegistration Counting(string name, string path) => Source(name, (run, _) =>
    {
        Cursor<int> count = run.Cursor("count", CursorCodec.Int32);
        count.Value++;
        return Files(SpoutFile.Text(path, $"{count.Value}"));
    });

    private static IAsyncEnumerable<SpoutFile> Files(params SpoutFile[] files) => SourceFiles.From(files);

    private static SpoutFile Told(List<string> told, string path) => SpoutFile.Text(path, "").OnCommitted((file, _) =>
    {
        told.Add($"{file.Path} {file.CommitId}");
        return ValueTask.CompletedTask;
    });

    private static async IAsyncEnumerable<SpoutFile> Failing(Cursor<int> last)
    {
        last.Value = 1;
        yield return SpoutFile.Text("/a", "1");
        await Task.Yield();
        throw new InvalidOperationException("the queue is on fire");
    }

    private static async IAsyncEnumerable<SpoutFile> Stuck(TaskCompletionSource stuck, Task until)
    {
        stuck.TrySetResult();
        await until;
        yield break;
    }

    private static async IAsyncEnumerable<SpoutFile> Wrong(Task after)
    {
        await after;
        throw new SpoutConfigurationException("the queue has no name");
#pragma warning disable CS0162 // What makes this an iterator is never reached.
        yield break;
#pragma warning restore CS0162
    }

    private static IAsyncEnumerable<SpoutFile> Done(TaskCompletionSource done)
    {
        done.TrySetResult();
        return Files();
    }

    private static async IAsyncEnumerable<SpoutFile> DropAndRead(
        TestSpout spout, IStoredFiles files, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await spout.DropHeadAsync();
        await foreach (StoredFile file in files.ListAsync(cancellationToken: cancellation))
            yield return SpoutFile.Delete(file.Path);
    }

    private static async IAsyncEnumerable<SpoutFile> Look(
        IStoredFiles files, List<string> seen, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (StoredFile file in files.ListAsync(cancellationToken: cancellation))
            seen.Add($"{file.Path} {file.SizeBytes}");
        await foreach (StoredFile file in files.ListAsync("/d", cancellation))
            seen.Add($"below /d: {file.Path}");
        using StreamReader found = new(await files.OpenReadAsync("/d/e/b", cancellation));
        seen.Add($"found {await found.ReadToEndAsync(cancellation)}");
        seen.Add(await files.FindAsync("/nothing", cancellation) is null ? "missing" : "there");
        yield break;
    }
}
