using System.Globalization;
using System.Text;
using Spouts.Hosting;
using Spouts.Tests.Publishing;
using Spouts.Tests.Scheduling;

namespace Spouts.Tests.Adversary;

/// <summary>A file whose content cannot be read is passed after some attempts, and no other file pays for it.</summary>
public sealed class UnreadableFileTests(PachdFixture pachd) : IClassFixture<PachdFixture>
{
    [Fact]
    public async Task One_unreadable_piece_of_a_path_leaves_the_other_pieces_readable()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        using Process process = new(pachd, spout);
        List<string> acknowledged = [];
        using Running running = new(spout, new ImpatientTime(), Source(new PollTrigger(TimeSpan.FromSeconds(1)), (run, _) =>
            Pieces(run.Cursor("at", CursorCodec.Int32), run.Context, n => Piece("/log", n, isReadable: n != 2, acknowledged).Appended())));

        await running.RunAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60));

        Assert.Equal(["1", "2", "3", "4"], acknowledged);
        Assert.Equal("1\n3\n4\n", await spout.ReadAsync("/log"));
        Assert.Single(Lines(await spout.ReadAsync("/dead-letters/Fetch/log.error.json")));
        Assert.StartsWith("cursor 4 ", await process.DescribeAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_goes_on_with_a_path_behind_its_one_unreadable_file()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        List<string> acknowledged = [];
        TaskCompletionSource enough = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using Running running = new(spout, new ImpatientTime(), Source(new StreamTrigger(), (run, _) =>
            Endless(run.Cursor("at", CursorCodec.Int32), n => Piece("/latest", n, isReadable: n != 2, acknowledged, n == 8 ? enough : null)), new() { Files = 1 }));

        await running.RunUntilAsync(enough.Task);

        Assert.Equal(["1", "2", "3", "4", "5", "6", "7", "8"], acknowledged.Take(8));
        Assert.NotNull(await spout.ReadAsync("/latest"));
        Assert.True(int.Parse((await spout.ReadAsync("/latest"))!, CultureInfo.InvariantCulture) >= 8);
        Assert.Single(Lines(await spout.ReadAsync("/dead-letters/Fetch/latest.error.json")));
    }

    [Fact]
    public async Task Two_files_that_each_fail_once_between_commits_are_both_read_in_the_end()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        List<string> acknowledged = [];
        HashSet<int> failed = [];
        TaskCompletionSource enough = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using Running running = new(spout, new ImpatientTime(), Source(new StreamTrigger(), (run, _) => Endless(
            run.Cursor("at", CursorCodec.Int32),
            n => Piece("/log", n, isReadable: n % 2 == 0 || !failed.Add(n), acknowledged, n == 6 ? enough : null).Appended()), new() { Files = 1 }));

        await running.RunUntilAsync(enough.Task);

        Assert.StartsWith("1\n2\n3\n4\n5\n6\n", await spout.ReadAsync("/log"), StringComparison.Ordinal);
        Assert.Null(await spout.ReadAsync("/dead-letters/Fetch/log.error.json"));
    }

    [Fact]
    public async Task An_item_is_counted_by_its_id_wherever_it_is_delivered()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        List<string> acknowledged = [];
        int run = 0;

        // "bad" comes behind another new item each time, so that its place is never the same.
        using Running running = new(spout, new ImpatientTime(), Source(new PollTrigger(TimeSpan.FromSeconds(1)), (source, ct) =>
        {
            run++;
            if (acknowledged.Contains("0"))
                source.Context.Done();
            return SourceFiles.From(
            [
                .. Enumerable.Range(1, run).Select(n => Piece("/log", n, isReadable: true, acknowledged).Appended().WithItem($"{n}")),
                Piece("/log", 0, isReadable: false, acknowledged).Appended().WithItem("bad"),
                Piece("/log", 9, isReadable: true, acknowledged).Appended().WithItem("9"),
            ], ct);
        }));

        await running.RunAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60));

        Assert.StartsWith("1\n2\n3\n9\n", await spout.ReadAsync("/log"), StringComparison.Ordinal);
        Assert.Single(Lines(await spout.ReadAsync("/dead-letters/Fetch/log.error.json")));
    }

    [Fact]
    public async Task A_dead_letter_whose_content_cannot_be_read_is_passed_without_it()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        using Process process = new(pachd, spout);
        List<string> acknowledged = [];
        int runs = 0;
        using Running running = new(spout, new ImpatientTime(), Source(new PollTrigger(TimeSpan.FromSeconds(1)), (run, _) =>
        {
            runs++;
            return Pieces(run.Cursor("at", CursorCodec.Int32), run.Context, n => n == 2
                ? Piece("/2", n, isReadable: false, acknowledged).AsDeadLetter("it is not an order")
                : Piece($"/{n}", n, isReadable: true, acknowledged));
        }));

        await running.RunAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(20));

        Assert.Equal(3, runs);
        Assert.Equal(["1", "2", "3", "4"], acknowledged);
        Assert.Equal(["/1", "/3", "/4", "/dead-letters/Fetch/2.error.json"], (await spout.Arrived.ReadFilesAsync()).Keys.Order(StringComparer.Ordinal));
        string error = Assert.Single(Lines(await spout.ReadAsync("/dead-letters/Fetch/2.error.json")));
        Assert.Contains("it is not an order", error, StringComparison.Ordinal);
        Assert.Contains("the item is gone", error, StringComparison.Ordinal);
        Assert.StartsWith("cursor 4 ", await process.DescribeAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_comes_unreadable_under_the_id_of_a_published_item_leaves_a_dead_letter()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        List<string> acknowledged = [];
        int runs = 0;
        using Running running = new(spout, new ImpatientTime(), Source(new PollTrigger(TimeSpan.FromSeconds(1)), (run, ct) =>
        {
            if (acknowledged.Count > 0)
                run.Context.Done();
            SpoutFile file = ++runs == 1 ? SpoutFile.Text("/m", "1") : SpoutFile.Streamed("/m", _ => ValueTask.FromResult<Stream>(new BreakingStream(2 << 20)));
            return SourceFiles.From([file.WithItem("m1").OnCommitted((_, _) =>
            {
                acknowledged.Add($"in run {runs}");
                return ValueTask.CompletedTask;
            })], ct);
        }));

        await running.RunAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(20));

        Assert.Equal(["in run 1", "in run 4"], acknowledged);
        Assert.Equal("1", await spout.ReadAsync("/m"));
        Assert.Contains("the share is gone", Assert.Single(Lines(await spout.ReadAsync("/dead-letters/Fetch/m.error.json"))), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_where_an_unreadable_one_was_passed_and_committed_is_tried_again_when_its_read_fails_once()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        List<string> acknowledged = [];
        List<int> inbox = [1, 2];
        int runs = 0, reads = 0;

        // The run in which the first file is passed ends badly behind it.
        using Running running = new(spout, new ImpatientTime(), Source(new PollTrigger(TimeSpan.FromSeconds(1)), (run, _) => ReadAsync(run.Context), new() { Files = 1 }));

        await running.RunAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(20));

        Assert.Equal(["1", "2"], acknowledged);
        Assert.Equal("2\n", await spout.ReadAsync("/latest"));
        Assert.Single(Lines(await spout.ReadAsync("/dead-letters/Fetch/latest.error.json")));

        async IAsyncEnumerable<SpoutFile> ReadAsync(SpoutContext context)
        {
            bool isThird = ++runs == 3;
            foreach (int n in inbox.ToArray())
            {
                yield return Piece("/latest", n, isReadable: n == 2 && ++reads > 1, acknowledged).OnCommitted((_, _) =>
                {
                    inbox.Remove(n);
                    return ValueTask.CompletedTask;
                });
                await Task.Yield();
                if (isThird)
                    throw new IOException("the inbox is gone");
            }

            context.Done();
        }
    }

    private static string[] Lines(string? text) => Assert.IsType<string>(text).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static SpoutFile Piece(string path, int n, bool isReadable, List<string> acknowledged, TaskCompletionSource? enough = null) =>
        SpoutFile.Written(path, async (content, ct) =>
        {
            if (!isReadable)
                throw new IOException("the item is gone");
            await content.WriteAsync(Encoding.UTF8.GetBytes($"{n}\n"), ct);
        }).OnCommitted((_, _) =>
        {
            acknowledged.Add($"{n}");
            enough?.TrySetResult();
            return ValueTask.CompletedTask;
        });

    private static async IAsyncEnumerable<SpoutFile> Pieces(Cursor<int> at, SpoutContext context, Func<int, SpoutFile> piece)
    {
        for (int i = at.Value + 1; i <= 4; i++)
        {
            at.Value = i;
            yield return piece(i);
            await Task.Yield();
        }

        context.Done();
    }

    private static async IAsyncEnumerable<SpoutFile> Endless(Cursor<int> at, Func<int, SpoutFile> piece)
    {
        while (true)
        {
            int n = ++at.Value;
            yield return piece(n);
            await Task.Yield();
        }
    }

    private static SourceRegistration Source(
        SourceTrigger trigger, Func<SourceRun, CancellationToken, IAsyncEnumerable<SpoutFile>> run, BatchLimits? batch = null) => new()
    {
        Name = "Fetch",
        Trigger = trigger,
        Batch = batch,
        Retry = new() { DeadLetterAfter = 2 },
        Run = (_, sourceRun, cancellationToken) => run(sourceRun, cancellationToken),
    };

    // Says how long it is, and breaks before its end.
    private sealed class BreakingStream(int length) : MemoryStream(new byte[length])
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            Position + buffer.Length < Length ? base.ReadAsync(buffer, cancellationToken) : throw new IOException("the share is gone");
    }
}
