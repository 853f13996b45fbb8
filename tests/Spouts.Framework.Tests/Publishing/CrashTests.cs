using Microsoft.Extensions.Logging.Abstractions;
using Spouts.Batching;
using Spouts.Ledgers;
using Spouts.Pachyderm;
using Spouts.Publishing;
using Spouts.Testing;

namespace Spouts.Tests.Publishing;

/// <summary>A process dies after each step of the recipe; what its successor then finds, and what the dead one can still do.</summary>
public sealed class CrashTests(PachdFixture pachd) : IClassFixture<PachdFixture>
{
    [Fact]
    public async Task A_new_spout_has_an_empty_ledger_and_leaves_no_commit_of_its_own()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();

        Assert.Equal(0, await spout.CursorAsync());
        Assert.Single(await spout.Arrived.ReadCommitsAsync());
    }

    [Fact]
    public async Task A_published_batch_is_there_with_its_ledger_and_its_spec_commit()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();

        PublishResult result = await spout.PublishAsync(7, SpoutFile.Text("/a", "1"), SpoutFile.Text("/b", "22"));

        PublishResult.Committed committed = Assert.IsType<PublishResult.Committed>(result);
        SpoutCommit head = (await spout.Arrived.ReadCommitsAsync())[0];
        Assert.Equal(committed.CommitId, head.Id);
        Assert.StartsWith("spouts/1 #1 2 files 3 B {", head.Description, StringComparison.Ordinal);
        Assert.Equal(spout.Worker.SpecCommit, head.SpecCommitId);
        Assert.True(head.IsFinished);
        using TestSpout successor = spout.Successor();
        Assert.Equal(7, await successor.CursorAsync());
        Assert.Equal(head.Id, (await successor.Publisher.PositionAsync(CancellationToken.None)).Head);
    }

    [Fact]
    public async Task Dead_after_staging_leaves_nothing()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        await using StagedBatch batch = await spout.StageAsync(1, SpoutFile.Text("/a", "1"));

        using TestSpout successor = spout.Successor();

        Assert.Equal(0, await successor.CursorAsync());
        Assert.Null(await spout.ReadAsync("/a"));
    }

    [Fact]
    public async Task Dead_after_opening_counts_as_before_and_the_zombie_cannot_attach()
    {
        using TestSpout zombie = await pachd.CreateSpoutAsync();
        await zombie.PublishAsync(1, SpoutFile.Text("/log", "1\n").Appended());
        await using StagedBatch batch = await zombie.StageAsync(2, SpoutFile.Text("/log", "2\n").Appended());
        (string commit, _) = await zombie.OpenAsync(batch);

        using TestSpout successor = zombie.Successor();

        Assert.Equal(1, await successor.CursorAsync());
        PachydermException refused = await Assert.ThrowsAsync<PachydermException>(
            () => zombie.Repo.AttachAsync(commit, batch.FileSet, CancellationToken.None));
        Assert.Equal(PachydermErrorKind.AlreadyFinished, refused.Kind);
        Assert.Equal("1\n", await zombie.ReadAsync("/log"));
        Assert.StartsWith("spouts/1 void ", (await zombie.Arrived.ReadCommitsAsync())[0].Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dead_after_attaching_counts_as_published_and_the_zombie_cannot_finish()
    {
        using TestSpout zombie = await pachd.CreateSpoutAsync();
        await zombie.PublishAsync(1, SpoutFile.Text("/log", "1\n").Appended());
        await using StagedBatch batch = await zombie.StageAsync(2, SpoutFile.Text("/log", "2\n").Appended());
        (string commit, Ledger after) = await zombie.OpenAsync(batch);
        await zombie.Repo.AttachAsync(commit, batch.FileSet, CancellationToken.None);

        using TestSpout successor = zombie.Successor();

        Assert.Equal(2, await successor.CursorAsync());
        PachydermException refused = await Assert.ThrowsAsync<PachydermException>(
            () => zombie.Repo.FinishAsync(commit, new CommitDescription.Final(after).ToString(), CancellationToken.None));
        Assert.Equal(PachydermErrorKind.AlreadyFinished, refused.Kind);
        Assert.Equal("1\n2\n", await zombie.ReadAsync("/log"));
    }

    public static TheoryData<string> Kinds => ["append", "replace", "delete", "grow"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task The_witness_tells_an_attached_batch_from_one_that_was_only_opened(string kind)
    {
        foreach (bool attached in (bool[])[true, false])
        {
            using TestSpout zombie = await pachd.CreateSpoutAsync();
            await zombie.PublishAsync(1, SpoutFile.Text("/same", "x"), SpoutFile.Text("/file", "old"));
            SpoutFile change = kind switch
            {
                "append" => SpoutFile.Text("/file", "+").Appended(),
                "replace" => SpoutFile.Text("/file", "new"),
                "delete" => SpoutFile.Delete("/file"),
                _ => SpoutFile.Text("/new", ""),
            };
            await using StagedBatch batch = await zombie.StageAsync(2, SpoutFile.Text("/same", "x"), change);
            (string commit, _) = await zombie.OpenAsync(batch);
            if (attached)
                await zombie.Repo.AttachAsync(commit, batch.FileSet, CancellationToken.None);

            using TestSpout successor = zombie.Successor();

            Assert.Equal(attached ? 2 : 1, await successor.CursorAsync());
        }
    }

    [Fact]
    public async Task Dead_after_finishing_counts_as_published()
    {
        using TestSpout zombie = await pachd.CreateSpoutAsync();
        await using StagedBatch batch = await zombie.StageAsync(1, SpoutFile.Text("/a", "1"));
        (string commit, Ledger after) = await zombie.OpenAsync(batch);
        await zombie.Repo.AttachAsync(commit, batch.FileSet, CancellationToken.None);
        await zombie.Repo.FinishAsync(commit, new CommitDescription.Final(after).ToString(), CancellationToken.None);

        using TestSpout successor = zombie.Successor();

        Assert.Equal(1, await successor.CursorAsync());
        Assert.Equal(commit, (await zombie.Arrived.ReadCommitsAsync())[0].Id);
    }

    [Fact]
    public async Task A_writer_that_comes_late_counts_for_nothing()
    {
        using TestSpout zombie = await pachd.CreateSpoutAsync();
        Position old = await zombie.Publisher.PositionAsync(CancellationToken.None);
        await using StagedBatch batch = await zombie.StageAsync(1, SpoutFile.Text("/log", "1\n").Appended());
        using TestSpout successor = zombie.Successor();
        await successor.PublishAsync(5, SpoutFile.Text("/log", "12345\n").Appended());

        // It opens on what it believes is the head, and dies before it looks.
        await zombie.OpenAsync(batch, old);

        using TestSpout third = zombie.Successor();
        Assert.Equal(5, await third.CursorAsync());
        Assert.Equal("12345\n", await zombie.ReadAsync("/log"));
    }

    [Fact]
    public async Task A_commit_that_got_no_batch_has_the_ledger_of_the_parent_that_was_squashed_into_it()
    {
        using TestSpout zombie = await pachd.CreateSpoutAsync();
        await zombie.PublishAsync(1, SpoutFile.Text("/log", "1\n").Appended());
        await zombie.PublishAsync(2, SpoutFile.Text("/log", "2\n").Appended());
        await using StagedBatch batch = await zombie.StageAsync(3, SpoutFile.Text("/log", "3\n").Appended());
        Position parent = await zombie.Publisher.PositionAsync(CancellationToken.None);
        (string commit, _) = await zombie.OpenAsync(batch);
        await zombie.Repo.FinishAsync(commit, description: "", CancellationToken.None);
        await zombie.Repo.WaitFinishedAsync(commit, TimeSpan.FromSeconds(30), CancellationToken.None);

        await zombie.SquashAsync(parent.Head);

        using TestSpout successor = zombie.Successor();
        Assert.Equal(2, await successor.CursorAsync());
        Assert.Equal("1\n2\n", await zombie.ReadAsync("/log"));
    }

    [Fact]
    public async Task A_writer_whose_parent_was_dropped_brings_nothing_of_its_ledger_back()
    {
        using TestSpout late = await pachd.CreateSpoutAsync();
        await late.PublishAsync(1, SpoutFile.Text("/log", "1\n").Appended());
        await late.PublishAsync(2, SpoutFile.Text("/log", "2\n").Appended());
        Position old = await late.Publisher.PositionAsync(CancellationToken.None);
        await using StagedBatch batch = await late.StageAsync(3, SpoutFile.Text("/log", "3\n").Appended());
        Witness? witness = await late.Witnesses.FindAsync(batch, old.Head, CancellationToken.None);
        Ledger after = old.Ledger.Next(TestSpout.Source, batch.Entry, files: 1, batch.Bytes);
        await late.DropHeadAsync();

        // It opens on what it believes is the head, and dies before it looks.
        CommitDescription.Pending pending = new(after.BatchId, old.Head, old.Data, old.Ledger, after, witness);
        await late.Repo.StartAsync(pending.ToString(), CancellationToken.None);

        using TestSpout successor = late.Successor();
        Assert.Equal(1, await successor.CursorAsync());
        Assert.Equal("1\n", await late.ReadAsync("/log"));
    }

    [Fact]
    public async Task A_zombie_that_lives_on_drops_its_batch_and_goes_on_from_the_ledger_that_counts()
    {
        using TestSpout zombie = await pachd.CreateSpoutAsync();
        await using StagedBatch batch = await zombie.StageAsync(1, SpoutFile.Text("/log", "1\n").Appended());
        using TestSpout successor = zombie.Successor();
        await successor.PublishAsync(5, SpoutFile.Text("/log", "12345\n").Appended());

        Assert.IsType<PublishResult.Dropped>(await zombie.Publisher.PublishAsync(batch, CancellationToken.None));

        Assert.Equal(5, await zombie.CursorAsync());
        Assert.Equal("12345\n", await zombie.ReadAsync("/log"));
        Assert.DoesNotContain(await zombie.Arrived.ReadCommitsAsync(), commit => commit.IsOpen);
    }

    [Fact]
    public async Task A_batch_in_hand_is_published_after_a_recovery_that_found_its_base_unmoved()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        await using StagedBatch batch = await spout.StageAsync(1, SpoutFile.Text("/log", "1\n").Appended());
        using TestSpout other = spout.Successor();
        await using StagedBatch blocking = await other.StageAsync(9, SpoutFile.Text("/log", "9\n").Appended());
        await other.OpenAsync(blocking);

        PublishResult result = await spout.Publisher.PublishAsync(batch, CancellationToken.None);

        Assert.IsType<PublishResult.Committed>(result);
        Assert.Equal("1\n", await spout.ReadAsync("/log"));
    }

    [Fact]
    public async Task A_file_set_that_went_into_a_commit_twice_is_noticed()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        await using StagedBatch batch = await spout.StageAsync(1, SpoutFile.Text("/log", "1\n").Appended());
        Position position = await spout.Publisher.PositionAsync(CancellationToken.None);
        Witness witness = (await spout.Witnesses.FindAsync(batch, position.Head, CancellationToken.None))!;
        (string commit, _) = await spout.OpenAsync(batch);

        await spout.Repo.AttachAsync(commit, batch.FileSet, CancellationToken.None);
        Assert.False(await spout.Witnesses.IsExceededAsync(witness, commit, CancellationToken.None));
        await spout.Repo.AttachAsync(commit, batch.FileSet, CancellationToken.None);
        Assert.True(await spout.Witnesses.IsExceededAsync(witness, commit, CancellationToken.None));
    }

    [Fact]
    public async Task An_expired_file_set_drops_the_batch_and_leaves_no_commit_open()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        await using StagedBatch batch = await spout.StageAsync(1, SpoutFile.Text("/a", "1"));
        string unknown = batch.FileSet.Replace(batch.FileSet[..8], "00000000", StringComparison.Ordinal);
        await using StagedBatch gone = new()
        {
            Source = batch.Source,
            Base = batch.Base,
            Entry = batch.Entry,
            Bytes = batch.Bytes,
            Paths = batch.Paths,
            DeadLetters = 0,
            Acknowledgements = batch.Acknowledgements,
            Lease = new(spout.Repo, unknown, TimeProvider.System, NullLogger.Instance),
        };

        Assert.IsType<PublishResult.Dropped>(await spout.Publisher.PublishAsync(gone, CancellationToken.None));

        Assert.Equal(0, await spout.CursorAsync());
        Assert.DoesNotContain(await spout.Arrived.ReadCommitsAsync(), commit => commit.IsOpen);
    }

    [Fact]
    public async Task A_process_whose_pipeline_was_updated_ends_for_its_successor()
    {
        using TestSpout old = await pachd.CreateSpoutAsync();
        await old.PublishAsync(1, SpoutFile.Text("/a", "1"));
        await pachd.Cluster.CreateSpoutAsync(old.Name);

        SupersededException replaced = await Assert.ThrowsAsync<SupersededException>(() => old.PublishAsync(2, SpoutFile.Text("/a", "2")));

        Assert.Equal(77, replaced.ExitCode);
        Assert.Equal("1", await old.ReadAsync("/a"));
        Assert.DoesNotContain(await old.Arrived.ReadCommitsAsync(), commit => commit.IsOpen);
    }

    [Fact]
    public async Task An_old_process_that_has_nothing_to_bring_ends_and_disturbs_its_successor_in_nothing()
    {
        using TestSpout old = await pachd.CreateSpoutAsync();
        await old.PublishAsync(1, SpoutFile.Text("/a", "1"));
        using TestSpout successor = new(pachd.Cluster, old.Name, await pachd.Cluster.CreateSpoutAsync(old.Name));
        await using StagedBatch batch = await successor.StageAsync(2, SpoutFile.Text("/a", "2"));
        (string open, _) = await successor.OpenAsync(batch);

        SupersededException replaced = await Assert.ThrowsAsync<SupersededException>(() => old.Publisher.ConfirmedAsync(CancellationToken.None));

        Assert.Equal(77, replaced.ExitCode);
        Assert.Contains("was updated", replaced.Message, StringComparison.Ordinal);
        SpoutCommit head = (await old.Arrived.ReadCommitsAsync())[0];
        Assert.Equal((open, true), (head.Id, head.IsOpen));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_update_shows_in_a_commit_before_there_is_anything_to_bring(bool hasCommitted)
    {
        using TestSpout old = await pachd.CreateSpoutAsync();
        if (hasCommitted)
            await old.PublishAsync(1, SpoutFile.Text("/a", "1"));
        using TestSpout successor = new(pachd.Cluster, old.Name, await pachd.Cluster.CreateSpoutAsync(old.Name));
        int before = (await old.Arrived.ReadCommitsAsync()).Count;

        Position first = await successor.Publisher.ConfirmedAsync(CancellationToken.None);
        using TestSpout restarted = successor.Successor();
        Position second = await restarted.Publisher.ConfirmedAsync(CancellationToken.None);

        CommitView head = await successor.Repo.InspectAsync(first.Head, CancellationToken.None);
        Assert.Equal(successor.Worker.SpecCommit, head.SpecCommit);
        Assert.Equal(first.Head, second.Head);
        Assert.Equal(before + 1, (await old.Arrived.ReadCommitsAsync()).Count);
        Assert.Equal(hasCommitted ? 1 : 0, await restarted.CursorAsync());
    }

    [Fact]
    public async Task A_start_over_a_head_that_was_finished_before_its_open_parent_says_at_once_who_can_help()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        await spout.Publisher.PositionAsync(CancellationToken.None);
        string parent = await spout.Repo.StartAsync("left open", CancellationToken.None);
        await spout.StopAndStartAsync();
        string stuck = await spout.Repo.HeadAsync(CancellationToken.None);
        await spout.Repo.FinishAsync(stuck, description: "", CancellationToken.None);
        string head = await spout.Repo.StartAsync("open", CancellationToken.None);
        using TestSpout successor = spout.Successor();

        SpoutConfigurationException hopeless = await Assert.ThrowsAsync<SpoutConfigurationException>(
            () => successor.Publisher.PositionAsync(CancellationToken.None));

        Assert.Contains($"{spout.Name}@{stuck} was finished while its parent {parent} is open", hopeless.Message, StringComparison.Ordinal);
        Assert.True((await spout.Repo.InspectAsync(head, CancellationToken.None)).IsOpen);
    }

    [Fact]
    public async Task A_collision_that_is_not_the_batchs_own_ends_loudly_and_counts_for_nothing()
    {
        // Pachyderm compares neighbours only: what lies between hides the collision, until it is deleted.
        using TestSpout spout = await pachd.CreateSpoutAsync();
        await spout.PublishAsync(1, SpoutFile.Text("/a", "1"), SpoutFile.Text("/a-b", "1"));
        await spout.PublishAsync(2, SpoutFile.Text("/a/b", "2"));

        ImpossibleDataException impossible = await Assert.ThrowsAsync<ImpossibleDataException>(
            () => spout.PublishAsync(3, SpoutFile.Delete("/a-b")));

        Assert.Contains("(/a/b)", impossible.Message, StringComparison.Ordinal);
        using TestSpout successor = spout.Successor();
        Assert.Equal(2, await successor.CursorAsync());
    }

    [Fact]
    public async Task A_cursor_that_moved_alone_is_saved_without_data()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        Position position = await spout.Publisher.PositionAsync(CancellationToken.None);
        SourceEntry from = position.Ledger.Entry(TestSpout.Source);

        await spout.Publisher.SaveAsync(
            TestSpout.Source, from, from.With([new("at", System.Text.Json.Nodes.JsonValue.Create(3))]), CancellationToken.None);

        using TestSpout successor = spout.Successor();
        Assert.Equal(3, await successor.CursorAsync());
        Assert.Empty(await spout.Arrived.ReadFilesAsync());
    }
}
