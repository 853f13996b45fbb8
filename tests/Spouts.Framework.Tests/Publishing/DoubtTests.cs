using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Spouts.Batching;
using Spouts.Ledgers;
using Spouts.Publishing;
using Spouts.Testing;

namespace Spouts.Tests.Publishing;

/// <summary>Calls whose outcome the publisher does not know, and repos that others have written to.</summary>
public sealed class DoubtTests(PachdFixture pachd) : IClassFixture<PachdFixture>
{
    public static TheoryData<string, bool, int> Losses
    {
        get
        {
            TheoryData<string, bool, int> losses = [];
            foreach (string method in (string[])["InspectFile", "StartCommit", "InspectCommit", "AddFileSet", "FinishCommit"])
            {
                foreach (int times in (int[])[1, 4])
                {
                    losses.Add(method, true, times);
                    losses.Add(method, false, times);
                }
            }

            return losses;
        }
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public async Task A_call_or_an_answer_that_is_lost_neither_loses_nor_doubles_a_batch(string method, bool delivered, int times)
    {
        using TestSpout first = await pachd.CreateSpoutAsync();
        using TestSpout spout = first.Successor(new ImpatientTime());
        await spout.PublishAsync(1, SpoutFile.Text("/log", "1\n").Appended());
        await using StagedBatch batch = await spout.StageAsync(2, SpoutFile.Text("/log", "2\n").Appended());

        spout.Faults.Lose(method, delivered, times);
        PublishResult result = await spout.Publisher.PublishAsync(batch, CancellationToken.None);

        Assert.InRange(spout.Faults.Lost, 1, times);
        Assert.IsType<PublishResult.Committed>(result);
        Assert.Equal("1\n2\n", await spout.ReadAsync("/log"));
        Assert.Equal(2, await spout.CursorAsync());
        Assert.DoesNotContain(await spout.Arrived.ReadCommitsAsync(), commit => commit.IsOpen);
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 2)]
    public async Task A_stop_and_start_of_the_pipeline_over_an_open_commit_keeps_what_was_attached(bool attached, int cursor)
    {
        using TestSpout zombie = await pachd.CreateSpoutAsync();
        await zombie.PublishAsync(1, SpoutFile.Text("/log", "1\n").Appended());
        await using StagedBatch batch = await zombie.StageAsync(2, SpoutFile.Text("/log", "2\n").Appended());
        (string commit, _) = await zombie.OpenAsync(batch);
        if (attached)
            await zombie.Repo.AttachAsync(commit, batch.FileSet, CancellationToken.None);

        await zombie.StopAndStartAsync();
        using TestSpout successor = zombie.Successor();

        Assert.Equal(cursor, await successor.CursorAsync());
        Assert.Equal(attached ? "1\n2\n" : "1\n", await zombie.ReadAsync("/log"));
        Assert.DoesNotContain(await zombie.Arrived.ReadCommitsAsync(), left => left.IsOpen);
        Assert.IsType<PublishResult.Committed>(await successor.PublishAsync(3, SpoutFile.Text("/log", "3\n").Appended()));
    }

    [Fact]
    public async Task What_fails_again_and_again_is_tried_less_and_less_often()
    {
        ImpatientTime time = new();
        using TestSpout first = await pachd.CreateSpoutAsync();
        using TestSpout spout = first.Successor(time);
        await using StagedBatch batch = await spout.StageAsync(1, SpoutFile.Text("/a", "1"));

        spout.Faults.Lose("AddFileSet", delivered: false, times: 6);
        await spout.Publisher.PublishAsync(batch, CancellationToken.None);

        Assert.Equal(6, time.Waits.Count);
        Assert.InRange(time.Waits[^1], TimeSpan.FromSeconds(8), TimeSpan.FromSeconds(16));
    }

    [Fact]
    public async Task A_ledger_that_is_too_large_is_refused_before_anything_is_opened()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        Position position = await spout.Publisher.PositionAsync(CancellationToken.None);
        SourceEntry from = position.Ledger.Entry(TestSpout.Source);
        SourceEntry to = from.With([new("at", JsonValue.Create(new string('x', CommitDescription.LargestLedger)))]);
        await using StagedBatch batch = await spout.StageAsync(from, to, SpoutFile.Text("/a", "1"));

        await Assert.ThrowsAsync<CursorTooLargeException>(() => spout.Publisher.PublishAsync(batch, CancellationToken.None));

        Assert.Single(await spout.Arrived.ReadCommitsAsync());
        using TestSpout successor = spout.Successor();
        Assert.IsType<PublishResult.Committed>(await successor.PublishAsync(1, SpoutFile.Text("/a", "1")));
    }

    [Fact]
    public async Task A_batch_with_more_appends_than_are_kept_is_refused_where_all_that_could_tell_is_too_long_to_compare()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        SpoutFile large = SpoutFile.Bytes("/large", new byte[(1 << 20) + 1]);
        SpoutFile line = SpoutFile.Text("/log", "1\n").Appended();
        await spout.PublishAsync(1, large, line);
        await using StagedBatch staged = await spout.StageAsync(2, large, line);
        BatchPaths paths = new(most: 1);
        paths.Add(large);
        paths.Grow(large.Path, large.Content.Length);
        paths.Add(line);
        StagedBatch batch = new()
        {
            Source = staged.Source,
            Base = staged.Base,
            Entry = staged.Entry,
            Lease = staged.Lease,
            Bytes = staged.Bytes,
            Paths = paths,
            DeadLetters = 0,
            Acknowledgements = staged.Acknowledgements,
        };

        SpoutConfigurationException refused = await Assert.ThrowsAsync<SpoutConfigurationException>(
            () => spout.Publisher.PublishAsync(batch, CancellationToken.None));

        Assert.Contains("after a kill nobody could tell", refused.Message, StringComparison.Ordinal);
        Assert.Contains("[Batch]", refused.Message, StringComparison.Ordinal);
        using TestSpout successor = spout.Successor();
        Assert.Equal(1, await successor.CursorAsync());
        Assert.Equal("1\n", await spout.ReadAsync("/log"));
    }

    [Fact]
    public async Task A_commit_that_ended_with_an_error_is_never_the_one_that_a_batch_is_compared_with()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        await using StagedBatch file = await spout.StageAsync(0, SpoutFile.Text("/log", "never seen\n"), SpoutFile.Text("/a", "1"));
        await using StagedBatch folder = await spout.StageAsync(0, SpoutFile.Text("/a/b", "1"));
        string impossible = await spout.Repo.StartAsync("by hand", CancellationToken.None);
        await spout.Repo.AttachAsync(impossible, file.FileSet, CancellationToken.None);
        await spout.Repo.AttachAsync(impossible, folder.FileSet, CancellationToken.None);
        await spout.Repo.FinishAsync(impossible, description: "", CancellationToken.None);

        // It dies after it has attached its first batch.
        using TestSpout zombie = spout.Successor();
        await using StagedBatch batch = await zombie.StageAsync(1, SpoutFile.Text("/log", "1\n").Appended());
        (string commit, _) = await zombie.OpenAsync(batch);
        await zombie.Repo.AttachAsync(commit, batch.FileSet, CancellationToken.None);

        using TestSpout successor = spout.Successor();
        Assert.Equal(1, await successor.CursorAsync());
        Assert.Equal("1\n", await spout.ReadAsync("/log"));
    }

    [Fact]
    public async Task A_zombie_without_a_cursor_does_not_write_over_what_its_successor_published()
    {
        using TestSpout zombie = await pachd.CreateSpoutAsync();
        await using StagedBatch old = await StageWithoutCursorAsync(zombie, SpoutFile.Text("/file", "old"));
        using TestSpout successor = zombie.Successor();
        await using StagedBatch recent = await StageWithoutCursorAsync(successor, SpoutFile.Text("/file", "recent"));
        await successor.Publisher.PublishAsync(recent, CancellationToken.None);

        Assert.IsType<PublishResult.Dropped>(await zombie.Publisher.PublishAsync(old, CancellationToken.None));

        Assert.Equal("recent", await zombie.ReadAsync("/file"));
    }

    // As a source does that compares with the repo instead of keeping a cursor.
    private static async Task<StagedBatch> StageWithoutCursorAsync(TestSpout spout, SpoutFile file)
    {
        Position position = await spout.Publisher.PositionAsync(CancellationToken.None);
        SourceEntry entry = position.Ledger.Entry(TestSpout.Source);
        return await spout.StageAsync(entry, entry, file);
    }
}
