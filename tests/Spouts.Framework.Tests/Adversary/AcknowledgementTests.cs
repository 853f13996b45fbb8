using System.Runtime.CompilerServices;
using Microsoft.Extensions.Time.Testing;
using Spouts.Hosting;
using Spouts.Scheduling;
using Spouts.Tests.Publishing;
using Spouts.Tests.Scheduling;

namespace Spouts.Tests.Adversary;

/// <summary>When a queue is told, and that it is told only of what is durable.</summary>
public sealed class AcknowledgementTests(PachdFixture pachd) : IClassFixture<PachdFixture>
{
    [Fact]
    public async Task An_item_whose_commit_was_dropped_is_written_again_before_it_is_acknowledged()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        using Process process = new(pachd, spout);
        Deliveries queue = new("a") { LosesNextAcknowledgement = true };
        using (Running dying = new(spout, queue.Poll()))
            await Assert.ThrowsAsync<SpoutConfigurationException>(dying.OnceAsync);
        queue.Waiting.Clear();
        using Running next = new(spout, queue.Poll());
        await next.OnceAsync();

        await spout.DropHeadAsync();
        queue.Waiting.Add("a");
        await next.OnceAsync();

        Assert.Equal(["a"], queue.Acknowledged);
        Assert.Equal("cursor 0 #1; files: /log=a|", await process.DescribeAsync());
    }

    [Fact]
    public async Task An_item_that_comes_again_in_the_middle_of_a_stream_is_written_again_where_its_commit_was_dropped()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        using Process process = new(pachd, spout);
        Deliveries queue = new("a") { LosesNextAcknowledgement = true };
        using (Running dying = new(spout, queue.Poll()))
            await Assert.ThrowsAsync<SpoutConfigurationException>(dying.OnceAsync);
        TaskCompletionSource acknowledged = new();
        bool dropped = false;
        using Running next = new(spout, new SourceRegistration
        {
            Name = "Fetch",
            Trigger = new StreamTrigger(),
            Batch = new() { Period = TimeSpan.FromMilliseconds(20) },
            Run = (_, _, ct) => Idle(ct),
        });

        await next.RunUntilAsync(acknowledged.Task);

        Assert.Equal(["a"], queue.Acknowledged);
        Assert.Equal("cursor 0 #1; files: /log=a|", await process.DescribeAsync());

        async IAsyncEnumerable<SpoutFile> Idle([EnumeratorCancellation] CancellationToken cancellation)
        {
            if (!dropped)
            {
                dropped = true;
                await spout.DropHeadAsync();
            }

            yield return queue.File("a").OnCommitted((_, _) =>
            {
                acknowledged.SetResult();
                return ValueTask.CompletedTask;
            });
            await Task.Delay(Timeout.Infinite, cancellation);
        }
    }

    [Fact]
    public async Task A_queue_that_is_acknowledged_batch_by_batch_is_told_of_items_that_come_again()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        using Process process = new(pachd, spout);
        List<string> waiting = ["a"];
        List<CommittedBatch> told = [];
        bool dies = true;
        SourceRegistration source = new()
        {
            Name = "Fetch",
            Trigger = new PollTrigger(TimeSpan.FromSeconds(1)),
            Run = (_, run, ct) =>
            {
                string[] taken = [.. waiting];
                run.Context.OnCommitted((batch, _) =>
                {
                    if (dies)
                        throw new SpoutConfigurationException("killed");
                    told.Add(batch);
                    waiting.RemoveAll(taken.Contains);
                    return ValueTask.CompletedTask;
                });
                return SourceFiles.From(taken.Select(item => SpoutFile.Text("/log", $"{item}\n").Appended().WithItem(item)), ct);
            },
        };
        using (Running dying = new(spout, source))
            await Assert.ThrowsAsync<SpoutConfigurationException>(dying.OnceAsync);
        string head = await spout.Repo.HeadAsync(CancellationToken.None);

        // Delivered again: first behind another item, which the queue has not been told of either, then alone.
        using (Running dying = new(spout, source))
        {
            waiting = ["b"];
            await Assert.ThrowsAsync<SpoutConfigurationException>(dying.OnceAsync);
        }

        dies = false;
        using Running next = new(spout, source);
        waiting = ["a"];
        await next.OnceAsync();
        waiting.Add("b");
        await next.OnceAsync();
        waiting.Add("c");
        await next.OnceAsync();

        Assert.Empty(waiting);
        Assert.Equal([0, 0, 1], told.Select(static batch => batch.Files));
        Assert.NotEqual(head, told[0].CommitId);
        Assert.Equal("cursor 0 #3; files: /log=a|b|c|", await process.DescribeAsync());
    }

    [Fact]
    public async Task An_acknowledgement_that_fails_four_times_ends_nothing()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        int files = 0, batches = 0;
        using Running running = new(spout, new ImpatientTime(), new SourceRegistration
        {
            Name = "Fetch",
            Trigger = new PollTrigger(TimeSpan.FromSeconds(1)),
            Run = (_, run, ct) =>
            {
                run.Context.OnCommitted((_, _) => ++batches < 5 ? throw new IOException("the channel is closed") : ValueTask.CompletedTask);
                return SourceFiles.From(
                    [SpoutFile.Text("/a", "1").OnCommitted((_, _) => ++files < 5 ? throw new IOException("the channel is closed") : ValueTask.CompletedTask)], ct);
            },
        });

        await running.OnceAsync();

        Assert.Equal((5, 5), (files, batches));
    }

    [Fact]
    public async Task A_known_item_behind_a_new_one_waits_for_neither_the_period_nor_more_files()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        using Process process = new(pachd, spout);
        Deliveries queue = new("a") { LosesNextAcknowledgement = true };
        using (Running dying = new(spout, queue.Poll()))
            await Assert.ThrowsAsync<SpoutConfigurationException>(dying.OnceAsync);
        TaskCompletionSource acknowledged = new();
        using Running next = new(spout, new SourceRegistration
        {
            Name = "Fetch",
            Trigger = new StreamTrigger(),
            Batch = new() { Period = TimeSpan.FromHours(1) },
            Run = (_, _, ct) => Mixed(ct),
        });

        await next.RunUntilAsync(acknowledged.Task);

        Assert.Equal(["b", "a"], queue.Acknowledged);
        Assert.Equal("cursor 0 #2; files: /log=a|b|", await process.DescribeAsync());

        async IAsyncEnumerable<SpoutFile> Mixed([EnumeratorCancellation] CancellationToken cancellation)
        {
            yield return queue.File("b");
            yield return queue.File("a").OnCommitted((_, _) =>
            {
                acknowledged.SetResult();
                return ValueTask.CompletedTask;
            });
            await Task.Delay(Timeout.Infinite, cancellation);
        }
    }

    [Fact]
    public async Task A_thousand_known_items_are_acknowledged_although_the_source_never_rests()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        using Process process = new(pachd, spout);
        Deliveries queue = new(Enumerable.Range(0, 1000).Select(static i => $"{i:000}")) { LosesNextAcknowledgement = true };
        using (Running dying = new(spout, queue.Poll()))
            await Assert.ThrowsAsync<SpoutConfigurationException>(dying.OnceAsync);
        int commits = 0;
        using Running next = new(spout, new SourceRegistration
        {
            Name = "Fetch",
            Trigger = new PollTrigger(TimeSpan.FromSeconds(1)),
            Batch = new() { Files = 5000 },
            Run = (_, run, ct) =>
            {
                run.Context.OnCommitted((_, _) =>
                {
                    commits++;
                    return ValueTask.CompletedTask;
                });
                return SourceFiles.From([queue.File("x"), .. queue.Deliver(), queue.File("y")], ct);
            },
        });

        await next.OnceAsync();

        Assert.Equal(2, commits);
        Assert.Equal(["x", .. Enumerable.Range(0, 1000).Select(static i => $"{i:000}"), "y"], queue.Acknowledged);
        Assert.EndsWith("|x|y|", await process.DescribeAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Known_items_between_new_ones_cost_no_commit_each()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        using Process process = new(pachd, spout);
        string[] known = [.. Enumerable.Range(0, 30).Select(static i => $"known{i:00}")];
        Deliveries queue = new(known) { LosesNextAcknowledgement = true };
        using (Running dying = new(spout, queue.Poll()))
            await Assert.ThrowsAsync<SpoutConfigurationException>(dying.OnceAsync);
        TaskCompletionSource acknowledged = new();
        using Running next = new(spout, new SourceRegistration
        {
            Name = "Fetch",
            Trigger = new StreamTrigger(),
            Batch = new() { Files = 1000, Period = TimeSpan.FromHours(1) },
            Run = (_, _, ct) => Alternating(ct),
        });

        await next.RunUntilAsync(acknowledged.Task);

        Assert.Equal([.. known.SelectMany(static item => new[] { item, $"new {item}" }), "last"], queue.Acknowledged);
        Assert.Equal(2, (await spout.Arrived.ReadCommitsAsync()).Count(static commit => commit.Description.StartsWith("spouts/1 #", StringComparison.Ordinal)));

        async IAsyncEnumerable<SpoutFile> Alternating([EnumeratorCancellation] CancellationToken cancellation)
        {
            foreach (string item in known)
            {
                yield return queue.File(item);
                yield return queue.File($"new {item}");
            }

            yield return queue.File("last").OnCommitted((_, _) =>
            {
                acknowledged.SetResult();
                return ValueTask.CompletedTask;
            });
            await Task.Delay(Timeout.Infinite, cancellation);
        }
    }

    [Fact]
    public async Task A_source_that_is_done_is_run_again_until_its_last_item_is_acknowledged()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        using Process process = new(pachd, spout);
        Deliveries queue = new("a") { LosesNextAcknowledgement = true };
        SourceRegistration source = new()
        {
            Name = "Fetch",
            Trigger = new PollTrigger(TimeSpan.FromSeconds(1)),
            Run = (_, run, ct) =>
            {
                run.Context.Done();
                return SourceFiles.From(queue.Deliver(), ct);
            },
        };
        using (Running dying = new(spout, source))
            await Assert.ThrowsAsync<SpoutConfigurationException>(() => dying.RunAsync(CancellationToken.None));

        using Running next = new(spout, source);
        await next.RunAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60));
        queue.Waiting.Add("never fetched");
        using Running last = new(spout, source);
        await last.RunAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60));

        Assert.Equal(["a"], queue.Acknowledged);
        Assert.Equal("cursor 0 #2; files: /log=a|", await process.DescribeAsync());
    }

    [Fact]
    public async Task An_import_that_acknowledges_nothing_is_done_with_its_own_commit()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        using Process process = new(pachd, spout);
        using Running running = new(spout, new SourceRegistration
        {
            Name = "Fetch",
            Trigger = new PollTrigger(TimeSpan.FromSeconds(1)),
            Run = (_, run, ct) =>
            {
                run.Context.Done();
                return SourceFiles.From([SpoutFile.Text("/log", "a\n").Appended()], ct);
            },
        });

        await running.RunAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60));

        Assert.Equal("cursor 0 #1; files: /log=a|", await process.DescribeAsync());
    }
}
