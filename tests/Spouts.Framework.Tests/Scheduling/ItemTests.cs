using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Spouts.Commands;
using Spouts.Files;
using Spouts.Hosting;
using Spouts.Ledgers;
using Spouts.Operating;
using Spouts.Pachyderm;
using Spouts.Publishing;
using Spouts.Scheduling;
using Spouts.Tests.Publishing;

namespace Spouts.Tests.Scheduling;

/// <summary>A queue delivers its items again where their acknowledgement was lost; each is to be in the repo once.</summary>
public sealed class ItemTests(PachdFixture pachd) : IClassFixture<PachdFixture>
{
    [Fact]
    public async Task An_item_whose_acknowledgement_was_lost_is_acknowledged_and_not_written_again()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        Queue queue = new("a", "b") { LosesNextAcknowledgement = true };
        using Running dying = new(spout, Source(queue));
        await Assert.ThrowsAsync<SpoutConfigurationException>(dying.OnceAsync);

        using Running successor = new(spout, Source(queue));
        await successor.OnceAsync();

        Assert.Equal("a\nb\n", await spout.ReadAsync("/log"));
        Assert.Empty(queue.Waiting);
        Assert.Equal(1, await NumberAsync(spout));
    }

    [Theory]
    [InlineData("reset", "a\na\n")]
    [InlineData("rewind", "a\na\n")]
    [InlineData("set", "a\n")]
    public async Task What_an_operator_has_the_ledger_forget_is_written_again_when_it_is_delivered_again(string change, string written)
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        string first = await spout.Repo.HeadAsync(CancellationToken.None);
        Queue queue = new("a") { LosesNextAcknowledgement = true };
        using Running dying = new(spout, Source(queue));
        await Assert.ThrowsAsync<SpoutConfigurationException>(dying.OnceAsync);

        await ChangeAsync(spout, change switch
        {
            "reset" => new StateChange.Reset(TestSpout.Source.Name),
            "rewind" => new StateChange.Rewind(first),
            _ => new StateChange.Set(TestSpout.Source.Name, []),
        });
        using Running successor = new(spout, Source(queue));
        await successor.OnceAsync();

        Assert.Equal(written, await spout.ReadAsync("/log"));
        Assert.Empty(queue.Waiting);
    }

    [Fact]
    public async Task The_ledger_keeps_an_item_until_the_commit_after_its_acknowledgement()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        Queue queue = new("a", "b");
        using Running running = new(spout, Source(queue));

        await running.OnceAsync();
        Assert.Equal([ItemId.Of("a"), ItemId.Of("b")], await KeptAsync(spout));
        queue.Waiting.Add("c");
        await running.OnceAsync();

        Assert.Equal([ItemId.Of("c")], await KeptAsync(spout));
    }

    [Fact]
    public async Task An_item_that_never_comes_back_is_kept_beside_the_new_ones_for_a_day()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        Queue queue = new("a") { LosesNextAcknowledgement = true };
        using Running dying = new(spout, Source(queue));
        await Assert.ThrowsAsync<SpoutConfigurationException>(dying.OnceAsync);
        FakeTimeProvider time = new();
        using Running successor = new(spout, time, Source(queue));

        queue.Waiting.Remove("a");
        queue.Waiting.Add("b");
        await successor.OnceAsync();
        Assert.Equal([ItemId.Of("a"), ItemId.Of("b")], await KeptAsync(spout));
        time.Advance(TimeSpan.FromDays(1));
        queue.Waiting.Add("c");
        await successor.OnceAsync();

        Assert.Equal([ItemId.Of("c")], await KeptAsync(spout));
    }

    [Fact]
    public async Task An_item_that_comes_again_in_a_run_is_written_once_and_acknowledged_where_it_came_last()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        List<string> told = [];
        using Running running = new(spout, new SourceRegistration
        {
            Name = "Fetch",
            Trigger = new PollTrigger(TimeSpan.FromSeconds(1)),
            Batch = new() { Files = 1 },
            Run = (_, _, ct) => SourceFiles.From([Item("a", told), Item("a", told), Item("b", told), Item("a", told)], ct),
        });

        await running.OnceAsync();

        Assert.Equal("a\nb\n", await spout.ReadAsync("/log"));
        Assert.Equal(["a", "b", "a"], told[^3..]);
    }

    [Fact]
    public async Task An_item_that_comes_again_to_an_idle_stream_is_acknowledged_when_the_period_is_over()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        Queue queue = new("a") { LosesNextAcknowledgement = true };
        using Running dying = new(spout, Source(queue));
        await Assert.ThrowsAsync<SpoutConfigurationException>(dying.OnceAsync);
        TaskCompletionSource acknowledged = new();
        using Running successor = new(spout, new SourceRegistration
        {
            Name = "Fetch",
            Trigger = new StreamTrigger(),
            Batch = new() { Period = TimeSpan.FromMilliseconds(50) },
            Run = (_, _, ct) => Idle(acknowledged, ct),
        });

        await successor.RunUntilAsync(acknowledged.Task);

        Assert.Equal("a\n", await spout.ReadAsync("/log"));
        Assert.Equal(1, await NumberAsync(spout));
    }

    [Fact]
    public async Task More_items_than_the_ledger_can_keep_are_refused_with_the_cure_and_cut_where_there_are_batches()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        Queue queue = new([.. Enumerable.Range(0, 4001).Select(static i => $"{i}")]);
        using Running whole = new(spout, Source(queue));

        SpoutConfigurationException refused = await Assert.ThrowsAsync<SpoutConfigurationException>(whole.OnceAsync);
        Assert.Contains("[Batch]", refused.Message, StringComparison.Ordinal);
        using Running cut = new(spout, Source(queue, new() { Files = 5000 }));
        await cut.OnceAsync();

        Assert.True(await NumberAsync(spout) > 1);
        Assert.Empty(queue.Waiting);
    }

    [Fact]
    public async Task A_batch_is_told_of_after_its_files_and_in_its_turn()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        List<string> told = [];
        using Running running = new(spout, new SourceRegistration
        {
            Name = "Fetch",
            Trigger = new PollTrigger(TimeSpan.FromSeconds(1)),
            Batch = new() { Files = 2 },
            Run = (_, run, _) => Telling(run.Context, told),
        });

        await Assert.ThrowsAsync<SourceFailedException>(running.OnceAsync);

        Assert.Equal(["a", "b", "#1: 1 files, 4 bytes", "abandoned: its run ended without it"], told);
    }

    private static SpoutFile Item(string id, List<string> told) =>
        SpoutFile.Text("/log", $"{id}\n").Appended().WithItem(id).OnCommitted((_, _) =>
        {
            told.Add(id);
            return ValueTask.CompletedTask;
        });

    // As from outside, at the cluster's door.
    private async Task ChangeAsync(TestSpout spout, StateChange change)
    {
        using PachydermChannel cluster = new(pachd.Cluster.Address, token: null);
        using StateEditor editor = new(
            new() { Name = spout.Name, OutputBranch = "master", Sources = [] },
            new(cluster.Invoker, spout.Worker.Project, spout.Name),
            new(cluster.Invoker, spout.Worker.Project, spout.Name, "master"),
            TimeProvider.System,
            NullLoggerFactory.Instance);
        await editor.ChangeAsync(change, confirm: null, CancellationToken.None);
    }

    private static SourceRegistration Source(Queue queue, BatchLimits? limits = null) => new()
    {
        Name = "Fetch",
        Trigger = new PollTrigger(TimeSpan.FromSeconds(1)),
        Batch = limits,
        Run = (_, _, ct) => SourceFiles.From(queue.Deliver(), ct),
    };

    private static async Task<IReadOnlyList<string>> KeptAsync(TestSpout spout) => (await LedgerAsync(spout)).Entry(TestSpout.Source).Items;

    private static async Task<long> NumberAsync(TestSpout spout) => (await LedgerAsync(spout)).Number;

    private static async Task<Ledger> LedgerAsync(TestSpout spout)
    {
        using TestSpout reader = spout.Successor();
        return (await reader.Recovery.PeekAsync(CancellationToken.None)).Ledger;
    }

    private static async IAsyncEnumerable<SpoutFile> Idle(TaskCompletionSource acknowledged, [EnumeratorCancellation] CancellationToken cancellation)
    {
        yield return SpoutFile.Text("/log", "a\n").Appended().WithItem("a").OnCommitted((_, _) =>
        {
            acknowledged.SetResult();
            return ValueTask.CompletedTask;
        });
        await Task.Delay(Timeout.Infinite, cancellation);
    }

    private static async IAsyncEnumerable<SpoutFile> Telling(SpoutContext context, List<string> told)
    {
        context.OnCommitted((batch, _) =>
        {
            told.Add($"#{batch.Number}: {batch.Files} files, {batch.Bytes} bytes");
            return ValueTask.CompletedTask;
        });
        context.OnAbandoned((batch, _) =>
        {
            told.Add($"abandoned: {batch.Reason}");
            return ValueTask.CompletedTask;
        });
        foreach (string id in (string[])["a", "b"])
            yield return Item(id, told);
        yield return SpoutFile.Text("/c", "c\n");
        await Task.Yield();
        throw new InvalidOperationException("the queue is on fire");
    }

    /// <summary>Delivers what was not acknowledged, each time.</summary>
    private sealed class Queue(params string[] items)
    {
        public List<string> Waiting { get; } = [.. items];

        public bool LosesNextAcknowledgement { get; set; }

        public IEnumerable<SpoutFile> Deliver() => Waiting.ToArray().Select(item =>
            SpoutFile.Text("/log", $"{item}\n").Appended().WithItem(item).OnCommitted((_, _) =>
            {
                Acknowledge(item);
                return ValueTask.CompletedTask;
            }));

        private void Acknowledge(string item)
        {
            if (LosesNextAcknowledgement)
            {
                LosesNextAcknowledgement = false;
                throw new SpoutConfigurationException("the queue is gone");
            }

            Waiting.Remove(item);
        }
    }
}
