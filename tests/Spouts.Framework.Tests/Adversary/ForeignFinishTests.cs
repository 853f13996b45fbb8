using Google.Protobuf;
using Spouts.Batching;
using Spouts.Ledgers;
using Spouts.Pachyderm.Protos.Pfs;
using Spouts.Publishing;
using Spouts.Testing;
using Spouts.Tests.Publishing;

namespace Spouts.Tests.Adversary;

/// <summary>Somebody finishes, or fills, the commit that a spout has open.</summary>
public sealed class ForeignFinishTests(PachdFixture pachd) : IClassFixture<PachdFixture>
{
    [Theory]
    [InlineData("FinishCommit", "closed by hand")]
    [InlineData("FinishCommit", "")]
    [InlineData("AddFileSet", "closed by hand")]
    [InlineData("AddFileSet", "")]
    public async Task A_commit_that_is_finished_by_hand_neither_loses_nor_doubles_its_batch(string before, string message)
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        using Process process = new(pachd, spout);
        await process.PublishAsync(1, SpoutFile.Text("/log", "1\n").Appended());
        process.Hook.Before(before, async request =>
        {
            Commit open = request is FinishCommitRequest finish ? finish.Commit : ((AddFileSetRequest)request).Commit;
            await process.Pfs.FinishCommitAsync(new() { Commit = open, Description = message });
        });

        PublishResult result = await process.PublishAsync(2, SpoutFile.Text("/log", "2\n").Appended());

        Assert.IsType<PublishResult.Committed>(result);
        Assert.Equal("cursor 2 #2; files: /log=1|2|", await process.DescribeAsync());
        await process.PublishAsync(3, SpoutFile.Text("/log", "3\n").Appended());
        Assert.Equal("cursor 3 #3; files: /log=1|2|3|", await process.DescribeAsync());
    }

    [Theory]
    [InlineData("closed by hand")]
    [InlineData("")]
    public async Task A_commit_of_a_dead_process_that_is_finished_by_hand_while_its_successor_looks_neither_loses_nor_doubles_its_batch(string message)
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        await spout.PublishAsync(1, SpoutFile.Text("/log", "1\n").Appended());
        await using StagedBatch batch = await spout.StageAsync(2, SpoutFile.Text("/log", "2\n").Appended());
        (string commit, _) = await spout.OpenAsync(batch);
        await spout.Repo.AttachAsync(commit, batch.FileSet, CancellationToken.None);
        using Process next = new(pachd, spout);
        next.Hook.Before("FinishCommit", async request =>
            await next.Pfs.FinishCommitAsync(new() { Commit = ((FinishCommitRequest)request).Commit, Description = message }));

        await next.Publisher.PositionAsync(CancellationToken.None);
        Assert.Equal("cursor 2 #2; files: /log=1|2|", await next.DescribeAsync());

        await next.PublishAsync(3, SpoutFile.Text("/log", "3\n").Appended());
        Assert.Equal("cursor 3 #3; files: /log=1|2|3|", await next.DescribeAsync());
    }

    [Fact]
    public async Task An_append_that_was_attached_twice_by_a_process_that_died_is_there_once()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        await spout.PublishAsync(1, SpoutFile.Text("/log", "1\n").Appended());
        await using StagedBatch batch = await spout.StageAsync(2, SpoutFile.Text("/log", "2\n").Appended());
        (string commit, _) = await spout.OpenAsync(batch);
        await spout.Repo.AttachAsync(commit, batch.FileSet, CancellationToken.None);
        await spout.Repo.AttachAsync(commit, batch.FileSet, CancellationToken.None);

        using TestSpout next = spout.Successor();
        Assert.Equal(1, await next.CursorAsync());
        Assert.Equal("1\n", await spout.ReadAsync("/log"));

        await next.PublishAsync(2, SpoutFile.Text("/log", "2\n").Appended());
        Assert.Equal("1\n2\n", await spout.ReadAsync("/log"));
    }

    [Fact]
    public async Task An_own_file_that_somebody_wrote_to_while_its_commit_was_open_keeps_the_batch_once()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        using Process process = new(pachd, spout);
        await process.PublishAsync(1, SpoutFile.Text("/log", "1\n").Appended());
        process.Hook.Before("FinishCommit", request => WriteAsync(process, ((FinishCommitRequest)request).Commit, "/log", "foreign\n"), lose: true);

        await process.PublishAsync(2, SpoutFile.Text("/log", "2\n").Appended());

        string log = (await spout.ReadAsync("/log"))!;
        Assert.Single(log.Split('\n'), static line => line == "2");
        Assert.Equal(2, await spout.CursorAsync());
    }

    [Fact]
    public async Task A_batch_whose_commit_lies_below_a_void_one_of_a_process_that_could_not_know_it_is_there_once()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        using Process process = new(pachd, spout);
        await process.PublishAsync(1, SpoutFile.Text("/log", "1\n").Appended());
        process.Hook.Before("FinishCommit", async request =>
        {
            await process.Pfs.FinishCommitAsync(new() { Commit = ((FinishCommitRequest)request).Commit, Description = "closed by hand" });
            using TestSpout other = spout.Successor();
            Assert.Equal(1, await other.CursorAsync());
        });

        PublishResult result = await process.PublishAsync(2, SpoutFile.Text("/log", "2\n").Appended());

        Assert.IsType<PublishResult.Committed>(result);
        Assert.Equal("cursor 2 #2; files: /log=1|2|", await process.DescribeAsync());
    }

    [Theory]
    [InlineData("")]
    [InlineData("FinishCommit")]
    [InlineData("InspectFile")]
    public async Task A_batch_whose_commit_is_cleared_before_it_is_finished_comes_again(string lost)
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        using Process process = new(pachd, spout);
        await process.PublishAsync(1, SpoutFile.Text("/log", "1\n").Appended());
        process.Hook.Before("FinishCommit", async request =>
        {
            await process.Pfs.ClearCommitAsync(new() { Commit = ((FinishCommitRequest)request).Commit });
            if (lost == "FinishCommit")
                process.Hook.LoseReply(lost);
            else if (lost.Length > 0)
                process.Hook.Lose(lost);
        });

        PublishResult result = await process.PublishAsync(2, SpoutFile.Text("/log", "2\n").Appended());

        Assert.IsType<PublishResult.Committed>(result);
        await AssertThereOnceAsync(spout);
    }

    [Fact]
    public async Task A_commit_that_a_recovery_clears_and_its_writer_then_finishes_brings_neither_ledger_nor_batch()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        await spout.PublishAsync(1, SpoutFile.Text("/log", "1\n").Appended());
        await using StagedBatch batch = await spout.StageAsync(2, SpoutFile.Text("/log", "2\n").Appended());
        (string commit, Ledger after) = await spout.OpenAsync(batch);
        await spout.Repo.AttachAsync(commit, batch.FileSet, CancellationToken.None);
        await spout.Repo.AttachAsync(commit, batch.FileSet, CancellationToken.None);
        using Process next = new(pachd, spout);
        next.Hook.Before("FinishCommit", _ => spout.Repo.FinishAsync(commit, new CommitDescription.Final(after).ToString(), CancellationToken.None));

        await next.Publisher.PositionAsync(CancellationToken.None);

        using TestSpout later = spout.Successor();
        Assert.Equal(1, await later.CursorAsync());
        await later.PublishAsync(2, SpoutFile.Text("/log", "2\n").Appended());
        await AssertThereOnceAsync(spout);
    }

    [Fact]
    public async Task A_writer_that_finished_what_a_recovery_cleared_leaves_its_batch_to_the_process_that_went_on()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        using Process process = new(pachd, spout);
        await process.PublishAsync(1, SpoutFile.Text("/log", "1\n").Appended());
        process.Hook.Before("FinishCommit", async request =>
        {
            FinishCommitRequest finish = (FinishCommitRequest)request;
            await WriteAsync(process, finish.Commit, "/log", "foreign\n");
            using Process other = new(pachd, spout);
            other.Hook.Before("FinishCommit", _ => spout.Repo.FinishAsync(finish.Commit.Id, finish.Description, CancellationToken.None));
            await other.PublishAsync(2, SpoutFile.Text("/log", "2\n").Appended());
        });

        PublishResult result = await process.PublishAsync(2, SpoutFile.Text("/log", "2\n").Appended());

        Assert.IsType<PublishResult.Dropped>(result);
        await AssertThereOnceAsync(spout);
    }

    [Fact]
    public async Task A_batch_of_which_somebody_wrote_over_a_file_does_not_come_again()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        using Process process = new(pachd, spout);
        await process.PublishAsync(1, SpoutFile.Text("/log", "1\n").Appended());
        process.Hook.Before("FinishCommit", request => WriteAsync(process, ((FinishCommitRequest)request).Commit, "/log", "", overwrites: true));

        PublishResult result = await process.PublishAsync(2, SpoutFile.Text("/log", "2\n").Appended(), SpoutFile.Text("/other", "2\n").Appended());

        Assert.IsType<PublishResult.Committed>(result);
        Assert.Equal("cursor 2 #2; files: /log= /other=2|", await process.DescribeAsync());
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, true)]
    public async Task What_somebody_writes_into_a_void_commit_is_passed_by_and_no_more_often_than_twice(int times, bool ends)
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        await spout.PublishAsync(1, SpoutFile.Text("/a", "1"));
        await using StagedBatch batch = await spout.StageAsync(2, SpoutFile.Text("/b", "2"));
        await spout.OpenAsync(batch);
        using Process next = new(pachd, spout);

        // The commit that was left open; then the void ones above it.
        next.Hook.Before("FinishCommit", static _ => Task.CompletedTask);
        for (int i = 0; i < times; i++)
            next.Hook.Before("FinishCommit", request => WriteAsync(next, ((FinishCommitRequest)request).Commit, "/a/b", "foreign"));

        if (ends)
            Assert.Contains("(/a/b)", (await Assert.ThrowsAsync<ImpossibleDataException>(PublishAsync)).Message, StringComparison.Ordinal);
        else
            Assert.IsType<PublishResult.Committed>(await PublishAsync());

        IReadOnlyList<SpoutCommit> commits = await spout.Arrived.ReadCommitsAsync();
        Assert.Equal(times, commits.Count(static commit => commit.Error.Length > 0));
        Assert.DoesNotContain(commits, static commit => commit.IsOpen);
        using TestSpout successor = spout.Successor();
        Assert.Equal(ends ? 1 : 2, await successor.CursorAsync());
        Assert.Equal("1", await spout.ReadAsync("/a"));

        Task<PublishResult> PublishAsync() => next.PublishAsync(2, SpoutFile.Text("/b", "2"));
    }

    private static async Task AssertThereOnceAsync(TestSpout spout)
    {
        using TestSpout successor = spout.Successor();
        Assert.Equal(2, await successor.CursorAsync());
        Assert.Equal("1\n2\n", await spout.ReadAsync("/log"));
    }

    private static async Task WriteAsync(Process process, Commit commit, string path, string content, bool overwrites = false)
    {
        using var call = process.Pfs.ModifyFile();
        await call.RequestStream.WriteAsync(new() { SetCommit = commit });
        if (overwrites)
            await call.RequestStream.WriteAsync(new() { DeleteFile = new() { Path = path } });
        await call.RequestStream.WriteAsync(new() { AddFile = new() { Path = path, Raw = ByteString.CopyFromUtf8(content) } });
        await call.RequestStream.CompleteAsync();
        await call;
    }
}
