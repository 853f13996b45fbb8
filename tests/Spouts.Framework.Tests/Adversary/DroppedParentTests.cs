using System.Text.Json.Nodes;
using Spouts.Batching;
using Spouts.Ledgers;
using Spouts.Publishing;
using Spouts.Tests.Publishing;

namespace Spouts.Tests.Adversary;

/// <summary>The commit that a batch was staged on is dropped or squashed while the batch's own commit is being opened.</summary>
public sealed class DroppedParentTests(PachdFixture pachd) : IClassFixture<PachdFixture>
{
    public static TheoryData<string> Lost => ["StartCommit's reply", "InspectCommit"];

    [Theory]
    [MemberData(nameof(Lost))]
    public async Task A_batch_on_a_dropped_parent_of_equal_size_is_dropped_and_the_cursor_goes_back(string lost)
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        using Process process = new(pachd, spout);
        await process.PublishAsync(1, SpoutFile.Text("/w/1", "aaaa"));
        await process.PublishAsync(2, SpoutFile.Text("/w/2", "bbbb"), SpoutFile.Delete("/w/1"));

        PublishResult result = await PublishOverADropAsync(process, lost, SpoutFile.Text("/w/3", "cccc"), SpoutFile.Delete("/w/2"));

        Assert.IsType<PublishResult.Dropped>(result);
        Assert.Equal("cursor 1 #1; files: /w/1=aaaa", await process.DescribeAsync());
    }

    [Theory]
    [MemberData(nameof(Lost))]
    public async Task A_batch_that_undoes_what_the_dropped_parent_did_is_not_taken_for_published(string lost)
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        using Process process = new(pachd, spout);
        await process.PublishAsync(1, SpoutFile.Text("/state", "on"), SpoutFile.Text("/events/1", "1"));
        await process.PublishAsync(2, SpoutFile.Text("/state", "off"), SpoutFile.Text("/events/2", "2"));

        PublishResult result = await PublishOverADropAsync(process, lost, SpoutFile.Text("/state", "on"), SpoutFile.Text("/events/3", "3"));

        Assert.IsType<PublishResult.Dropped>(result);
        Assert.Equal("cursor 1 #1; files: /events/1=1 /state=on", await process.DescribeAsync());
    }

    [Theory]
    [MemberData(nameof(Lost))]
    public async Task A_batch_that_replaces_a_file_of_fixed_size_is_not_taken_for_published(string lost)
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        using Process process = new(pachd, spout);
        await process.PublishAsync(1, SpoutFile.Text("/state", "aaaa"));
        await process.PublishAsync(2, SpoutFile.Text("/state", "bbbb"));

        PublishResult result = await PublishOverADropAsync(process, lost, SpoutFile.Text("/state", "cccc"));

        Assert.IsType<PublishResult.Dropped>(result);
        Assert.Equal("cursor 1 #1; files: /state=aaaa", await process.DescribeAsync());
    }

    [Theory]
    [MemberData(nameof(Lost))]
    public async Task A_batch_that_deletes_what_the_dropped_parent_had_made_is_not_taken_for_published(string lost)
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        using Process process = new(pachd, spout);
        await process.PublishAsync(1, SpoutFile.Text("/first", "1"));
        await process.PublishAsync(2, SpoutFile.Text("/second", "2"));

        PublishResult result = await PublishOverADropAsync(process, lost, SpoutFile.Delete("/second"));

        Assert.IsType<PublishResult.Dropped>(result);
        Assert.Equal("cursor 1 #1; files: /first=1", await process.DescribeAsync());
    }

    [Fact]
    public async Task A_drop_that_nobody_hides_is_not_counted_as_another_process()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        using Process process = new(pachd, spout);
        for (int i = 1; i <= 4; i++)
            await process.PublishAsync(i, SpoutFile.Text($"/{i}", $"{i}"));

        for (int i = 4; i >= 1; i--)
        {
            await using StagedBatch batch = await process.StageAsync(i + 1, SpoutFile.Text("/new", $"{i}"));
            int drops = i == 4 ? 1 : 3;
            process.Hook.Before("StartCommit", async _ =>
            {
                // The commit that came to nothing, and the void one above it, first.
                for (int drop = 0; drop < drops; drop++)
                    await spout.DropHeadAsync();
            });
            Assert.IsType<PublishResult.Dropped>(await process.Publisher.PublishAsync(batch, CancellationToken.None));
        }

        Assert.Equal("cursor 0 #0; files: ", await process.DescribeAsync());
        Assert.DoesNotContain(await spout.Arrived.ReadCommitsAsync(), static commit => commit.IsOpen);
    }

    [Fact]
    public async Task What_somebody_puts_into_a_commit_behind_a_drop_makes_no_batch_of_it()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        using Process process = new(pachd, spout);
        await process.PublishAsync(1, SpoutFile.Text("/log", "1\n").Appended());
        await process.PublishAsync(2, SpoutFile.Text("/log", "2\n").Appended());
        await using StagedBatch batch = await process.StageAsync(3, SpoutFile.Text("/log", "3\n").Appended());
        Position old = await process.Publisher.PositionAsync(CancellationToken.None);
        Witness? witness = await spout.Witnesses.FindAsync(batch, old.Head, CancellationToken.None);
        Ledger after = old.Ledger.Next(TestSpout.Source, batch.Entry, files: 1, batch.Bytes);
        CommitDescription.Pending pending = new(after.BatchId, old.Head, old.Data, old.Ledger, after, witness);
        await spout.DropHeadAsync();
        string commit = await spout.Repo.StartAsync(pending.ToString(), CancellationToken.None);
        await using StagedBatch foreign = await process.StageAsync(0, SpoutFile.Text("/log", "by hand\n").Appended());
        await spout.Repo.AttachAsync(commit, foreign.FileSet, CancellationToken.None);

        using TestSpout successor = spout.Successor();

        Assert.Equal(1, await successor.CursorAsync());
        Assert.Contains(await spout.Arrived.ReadCommitsAsync(), static left => left.Description == "spouts/1 nothing");
    }

    [Fact]
    public async Task A_commit_behind_a_drop_down_to_one_that_ended_with_an_error_brings_no_ledger_back()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        using Process process = new(pachd, spout);
        await process.PublishAsync(1, SpoutFile.Text("/log", "1\n").Appended());
        string failed = await FailAsync(spout);
        await process.PublishAsync(2, SpoutFile.Text("/log", "2\n").Appended());
        await using StagedBatch batch = await process.StageAsync(3, SpoutFile.Text("/log", "3\n").Appended());
        Position old = await process.Publisher.PositionAsync(CancellationToken.None);
        Witness? witness = await spout.Witnesses.FindAsync(batch, old.Head, CancellationToken.None);
        Ledger after = old.Ledger.Next(TestSpout.Source, batch.Entry, files: 1, batch.Bytes);
        CommitDescription.Pending pending = new(after.BatchId, old.Head, old.Data, old.Ledger, after, witness);
        while (await spout.Repo.HeadAsync(CancellationToken.None) != failed)
            await spout.DropHeadAsync();

        // Its writer dies, and somebody finishes it by hand.
        string commit = await spout.Repo.StartAsync(pending.ToString(), CancellationToken.None);
        await spout.Repo.FinishAsync(commit, description: "", CancellationToken.None);

        using TestSpout successor = spout.Successor();
        Assert.Equal(1, await successor.CursorAsync());
        Assert.Equal("1\n", await spout.ReadAsync("/log"));
    }

    [Fact]
    public async Task State_without_data_that_was_squashed_into_a_commit_that_got_no_batch_stays()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        using Process process = new(pachd, spout);
        await process.PublishAsync(1, SpoutFile.Text("/log", "1\n").Appended());
        Position position = await process.Publisher.PositionAsync(CancellationToken.None);
        SourceEntry entry = position.Ledger.Entry(TestSpout.Source);
        await process.Publisher.SaveAsync(TestSpout.Source, entry, entry.With([new("at", JsonValue.Create(7))]), CancellationToken.None);
        Position state = await process.Publisher.PositionAsync(CancellationToken.None);
        await using StagedBatch batch = await process.StageAsync(8, SpoutFile.Text("/log", "8\n").Appended());
        (string commit, _) = await spout.OpenAsync(batch, state);
        await spout.Repo.FinishAsync(commit, description: "", CancellationToken.None);
        await spout.Repo.WaitFinishedAsync(commit, TimeSpan.FromSeconds(30), CancellationToken.None);

        await spout.SquashAsync(state.Head);

        using TestSpout successor = spout.Successor();
        Assert.Equal(7, await successor.CursorAsync());
        Assert.Equal("1\n", await spout.ReadAsync("/log"));
    }

    [Fact]
    public async Task A_recovery_after_a_drop_sees_state_that_was_saved_since_gone()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        using Process process = new(pachd, spout);
        await process.PublishAsync(1, SpoutFile.Text("/log", "1\n").Appended());
        await process.PublishAsync(2, SpoutFile.Text("/log", "2\n").Appended());
        Position position = await process.Publisher.PositionAsync(CancellationToken.None);
        SourceEntry entry = position.Ledger.Entry(TestSpout.Source);
        await process.Publisher.SaveAsync(TestSpout.Source, entry, entry.With([new("at", JsonValue.Create(7))]), CancellationToken.None);
        await using StagedBatch batch = await process.StageAsync(8, SpoutFile.Text("/log", "8\n").Appended());

        // Both the state and the data that it stood on are taken back.
        process.Hook.Before("StartCommit", async _ =>
        {
            await spout.DropHeadAsync();
            await spout.DropHeadAsync();
            process.Hook.Lose("InspectCommit");
        });
        PublishResult result = await process.Publisher.PublishAsync(batch, CancellationToken.None);

        Assert.IsType<PublishResult.Dropped>(result);
        Assert.Equal("cursor 1 #1; files: /log=1|", await process.DescribeAsync());
    }

    // A path that is a file and a folder.
    private static async Task<string> FailAsync(TestSpout spout)
    {
        await using StagedBatch file = await spout.StageAsync(0, SpoutFile.Text("/a", "1"));
        await using StagedBatch folder = await spout.StageAsync(0, SpoutFile.Text("/a/b", "1"));
        string impossible = await spout.Repo.StartAsync("by hand", CancellationToken.None);
        await spout.Repo.AttachAsync(impossible, file.FileSet, CancellationToken.None);
        await spout.Repo.AttachAsync(impossible, folder.FileSet, CancellationToken.None);
        await spout.Repo.FinishAsync(impossible, description: "", CancellationToken.None);
        return impossible;
    }

    private static async Task<PublishResult> PublishOverADropAsync(Process process, string lost, params SpoutFile[] files)
    {
        await using StagedBatch batch = await process.StageAsync(3, files);
        process.Hook.Before("StartCommit", async request =>
        {
            await process.Spout.DropHeadAsync();
            if (lost == "InspectCommit")
                process.Hook.Lose("InspectCommit");
            else
                process.Hook.LoseReply("StartCommit");
        });
        return await process.Publisher.PublishAsync(batch, CancellationToken.None);
    }
}
