using Google.Protobuf;
using Spouts.Batching;
using Spouts.Pachyderm.Protos.Pfs;
using Spouts.Publishing;
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
        process.Hook.Before("FinishCommit", async request =>
        {
            using var call = process.Pfs.ModifyFile();
            await call.RequestStream.WriteAsync(new() { SetCommit = ((FinishCommitRequest)request).Commit });
            await call.RequestStream.WriteAsync(new() { AddFile = new() { Path = "/log", Raw = ByteString.CopyFromUtf8("foreign\n") } });
            await call.RequestStream.CompleteAsync();
            await call;
        }, lose: true);

        await process.PublishAsync(2, SpoutFile.Text("/log", "2\n").Appended());

        string log = (await spout.ReadAsync("/log"))!;
        Assert.Single(log.Split('\n'), static line => line == "2");
        Assert.Equal(2, await spout.CursorAsync());
    }
}
