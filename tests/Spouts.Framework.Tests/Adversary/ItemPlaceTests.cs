using System.Runtime.CompilerServices;
using Microsoft.Extensions.Time.Testing;
using Spouts.Hosting;
using Spouts.Scheduling;
using Spouts.Tests.Publishing;
using Spouts.Tests.Scheduling;

namespace Spouts.Tests.Adversary;

/// <summary>How many ids a ledger keeps, and for how long: no item is forgotten that may come again, and no spout stands still for it.</summary>
public sealed class ItemPlaceTests(PachdFixture pachd) : IClassFixture<PachdFixture>
{
    [Fact]
    public async Task Three_processes_that_die_in_an_acknowledgement_of_a_thousand_items_each_double_none()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        Deliveries[] queues =
        [
            .. "abc".Select(static letter => new Deliveries(Enumerable.Range(0, 1000).Select(i => $"{letter}{i}")) { LosesNextAcknowledgement = true }),
        ];
        foreach (Deliveries queue in queues)
        {
            using Running dying = new(spout, queue.Poll());
            await Assert.ThrowsAsync<SpoutConfigurationException>(dying.OnceAsync);
        }

        foreach (Deliveries queue in queues)
        {
            using Running next = new(spout, queue.Poll());
            await next.OnceAsync();
        }

        string[] lines = await LinesAsync(spout);
        Assert.Equal(3000, lines.Length);
        Assert.Equal(3000, lines.Distinct().Count());
        Assert.All(queues, static queue => Assert.Empty(queue.Waiting));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public async Task Busy_queues_in_one_spout_survive_restarts(int queues)
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        for (int process = 0; process < 4; process++)
        {
            Deliveries[] full =
            [
                .. Enumerable.Range(0, queues).Select(queue => new Deliveries(Enumerable.Range(0, 1000).Select(i => $"{process}-{queue}-{i}"))),
            ];
            using Running running = new(spout, [.. full.Select(static (queue, i) => queue.Poll($"Queue{i}", $"/log{i}"))]);
            await running.OnceAsync();
            Assert.All(full, static queue => Assert.Empty(queue.Waiting));
        }

        Assert.Equal(4000, (await LinesAsync(spout, "/log0")).Distinct().Count());
    }

    [Fact]
    public async Task What_another_process_published_a_moment_ago_is_known_to_one_that_has_lived_for_days()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        using Process process = new(pachd, spout);
        FakeTimeProvider time = new();
        Deliveries queue = new("z");
        using Running old = new(spout, time, queue.Poll());
        await old.OnceAsync();
        time.Advance(TimeSpan.FromDays(2));
        Deliveries other = new("x") { LosesNextAcknowledgement = true };
        using (Running dying = new(spout, other.Poll()))
            await Assert.ThrowsAsync<SpoutConfigurationException>(dying.OnceAsync);

        queue.Waiting.Add("b");
        await Passing.UntilAsync(old.OnceAsync(), time, TimeSpan.FromSeconds(1));
        queue.Waiting.Add("x");
        await Passing.UntilAsync(old.OnceAsync(), time, TimeSpan.FromSeconds(1));

        Assert.Equal(["z", "b", "x"], queue.Acknowledged);
        Assert.Equal("cursor 0 #3; files: /log=z|x|b|", await process.DescribeAsync());
    }

    [Fact]
    public async Task Thirty_kills_behind_an_acknowledgement_stop_no_queue_and_a_day_later_its_batches_are_full_again()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        FakeTimeProvider time = new();
        EndlessQueue[] queues = [new("a", "/a"), new("b", "/b")];
        int before = 0;
        for (int kill = 0; kill < 30; kill++)
        {
            await KilledAsync(spout, time, queues);
            int lines = await CheckedAsync(spout, queues);
            Assert.True(lines >= before + queues.Length, $"{lines} lines after kill {kill}, {before} before");
            before = lines;
        }

        using Running running = new(spout, time, [.. queues.Select(queue => queue.Source(0))]);
        await running.OnceAsync();
        time.Advance(TimeSpan.FromHours(24));
        await running.OnceAsync();
        await running.OnceAsync();

        Assert.All(queues, static queue => Assert.Equal(1000, queue.Batches[^1]));
        await CheckedAsync(spout, queues);
    }

    [Fact]
    public async Task Restarts_every_twelve_hours_and_three_days_without_the_queue_slow_nothing_down_for_good()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        FakeTimeProvider time = new();
        EndlessQueue[] queues = [new("a", "/a"), new("b", "/b")];
        for (int restart = 0; restart < 20; restart++)
        {
            using (Running running = new(spout, time, [.. queues.Select(queue => queue.Source(0))]))
            {
                await running.OnceAsync();
                time.Advance(TimeSpan.FromHours(12));
                await running.OnceAsync();
            }

            await KilledAsync(spout, time, queues);
        }

        using Running last = new(spout, time, [.. queues.Select(queue => queue.Source(0))]);
        queues[0].IsGone = true;
        for (int day = 0; day < 3; day++)
        {
            await Assert.ThrowsAsync<SourceFailedException>(last.OnceAsync);
            time.Advance(TimeSpan.FromDays(1));
        }

        queues[0].IsGone = false;
        for (int day = 0; day < 3; day++)
        {
            await last.OnceAsync();
            time.Advance(TimeSpan.FromHours(12));
        }

        await last.OnceAsync();
        Assert.All(queues, static queue => Assert.Equal(1000, queue.Batches[^1]));
        await CheckedAsync(spout, queues);
    }

    [Fact]
    public async Task A_queue_that_refuses_acknowledgements_does_not_slow_the_other()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        FakeTimeProvider time = new();
        EndlessQueue refusing = new("a", "/a") { Refuses = true };
        EndlessQueue other = new("b", "/b");
        for (int restart = 0; restart < 8; restart++)
        {
            using Running running = new(spout, time, other.Source(0), refusing.Source(0));
            await Assert.ThrowsAsync<SpoutConfigurationException>(running.OnceAsync);
            time.Advance(TimeSpan.FromHours(6));
        }

        Assert.Equal(8, other.Batches.Count);
        Assert.True(other.Batches.Sum() >= 2000, $"{other.Batches.Sum()} items in 8 starts");
        await CheckedAsync(spout, [refusing, other]);
    }

    [Fact]
    public async Task Hours_in_which_a_source_only_failed_do_not_count_for_what_may_come_again()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        using Process process = new(pachd, spout);
        FakeTimeProvider time = new();
        Deliveries queue = new("a") { LosesNextAcknowledgement = true };
        using (Running dying = new(spout, time, queue.Poll()))
            await Assert.ThrowsAsync<SpoutConfigurationException>(dying.OnceAsync);
        bool gone = true;
        using Running next = new(spout, time, new SourceRegistration
        {
            Name = "Fetch",
            Trigger = new PollTrigger(TimeSpan.FromSeconds(1)),
            Run = (_, _, ct) => SourceFiles.From(gone ? throw new IOException("no route to the queue") : queue.Deliver(), ct),
        });
        for (int day = 0; day < 3; day++)
        {
            await Assert.ThrowsAsync<SourceFailedException>(next.OnceAsync);
            time.Advance(TimeSpan.FromDays(1));
        }

        gone = false;
        queue.Waiting.Clear();
        queue.Waiting.Add("b");
        await next.OnceAsync();
        queue.Waiting.Add("a");
        using Running successor = new(spout, time, queue.Poll());
        await successor.OnceAsync();

        Assert.Equal(["b", "a"], queue.Acknowledged);
        Assert.Equal("cursor 0 #2; files: /log=a|b|", await process.DescribeAsync());
    }

    [Fact]
    public async Task Ids_beside_a_cursor_stay_until_the_cursor_moves()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        using Process process = new(pachd, spout);
        int page = 1;
        string[] items = ["a"];
        SourceRegistration source = new()
        {
            Name = "Fetch",
            Trigger = new PollTrigger(TimeSpan.FromSeconds(1)),
            Run = (_, run, ct) =>
            {
                run.Cursor("at", CursorCodec.Int32).Value = page;
                return SourceFiles.From(items.Select(static item => SpoutFile.Text("/log", $"{item}\n").Appended().WithItem(item).OnCommitted((_, _) => default)), ct);
            },
        };
        FakeTimeProvider time = new();
        using (Running running = new(spout, time, source))
        {
            await running.OnceAsync();
            time.Advance(TimeSpan.FromDays(2));
            items = ["b"];
            await running.OnceAsync();
        }

        // The page is read again, from its begin.
        items = ["a", "b", "c"];
        using Running successor = new(spout, time, source);
        await successor.OnceAsync();
        Assert.Equal("cursor 1 #3; files: /log=a|b|c|", await process.DescribeAsync());

        (page, items) = (2, ["d"]);
        await successor.OnceAsync();
        Assert.Equal("cursor 2 #4; files: /log=a|b|c|d|", await process.DescribeAsync());
        string description = (await spout.Repo.InspectAsync(await spout.Repo.HeadAsync(CancellationToken.None), CancellationToken.None)).Description;
        Assert.True(description.Length < 220, description);
    }

    // As a kill between the last acknowledgement and whatever comes behind it.
    private static async Task KilledAsync(TestSpout spout, FakeTimeProvider time, EndlessQueue[] queues)
    {
        foreach (EndlessQueue queue in queues)
            queue.Killed = new();
        using Running dying = new(spout, time, [.. queues.Select(static queue => queue.Source(1))]);
        await dying.RunUntilAsync(Task.WhenAll(queues.Select(static queue => queue.Killed.Task)));
    }

    private static async Task<int> CheckedAsync(TestSpout spout, IEnumerable<EndlessQueue> queues)
    {
        int count = 0;
        foreach (EndlessQueue queue in queues)
        {
            string[] lines = await LinesAsync(spout, queue.Path);
            Assert.Equal(lines.Length, lines.Distinct().Count());
            Assert.Superset(queue.Acknowledged, lines.ToHashSet());
            count += lines.Length;
        }

        return count;
    }

    private static async Task<string[]> LinesAsync(TestSpout spout, string path = "/log") =>
        (await spout.ReadAsync(path))?.Split('\n', StringSplitOptions.RemoveEmptyEntries) ?? [];

    /// <summary>A queue that always has more, and delivers again what was not acknowledged, in batches of up to a thousand.</summary>
    private sealed class EndlessQueue(string name, string path)
    {
        private int _next;
        private readonly Queue<string> _returned = new();

        public string Path => path;

        public bool IsGone { get; set; }

        public bool Refuses { get; init; }

        public List<int> Batches { get; } = [];

        public HashSet<string> Acknowledged { get; } = [];

        public TaskCompletionSource Killed { get; set; } = new();

        public SourceRegistration Source(int killedAfter) => new()
        {
            Name = name,
            Trigger = new StreamTrigger(),
            Batch = new() { Files = 1000, Period = TimeSpan.FromDays(10) },
            Run = (_, run, ct) => DeliverAsync(run.Context, killedAfter, ct),
        };

        private async IAsyncEnumerable<SpoutFile> DeliverAsync(
            SpoutContext context, int killedAfter, [EnumeratorCancellation] CancellationToken cancellation)
        {
            if (IsGone)
                throw new IOException("the queue is gone");
            List<string> open = [];
            int files = 0;
            context.OnCommitted(async (_, _) =>
            {
                Batches.Add(files);
                files = 0;
                if (killedAfter == 0)
                    return;
                Killed.TrySetResult();
                await Task.Delay(Timeout.Infinite, cancellation);
            });
            while (true)
            {
                cancellation.ThrowIfCancellationRequested();
                string item = _returned.TryDequeue(out string? returned) ? returned : $"{name}{_next++}";
                open.Add(item);
                yield return SpoutFile.Text(path, $"{item}\n").Appended().WithItem(item)
                    .OnCommitted((_, _) =>
                    {
                        if (Refuses)
                        {
                            _returned.Enqueue(item);
                            throw new SpoutConfigurationException("no right to delete");
                        }

                        files++;
                        Acknowledged.Add(item);
                        return ValueTask.CompletedTask;
                    })
                    .OnAbandoned((_, _) =>
                    {
                        _returned.Enqueue(item);
                        return ValueTask.CompletedTask;
                    });
                await Task.Yield();
            }
        }
    }
}
