using Grpc.Core;
using Spouts.Hosting;
using Spouts.Pachyderm;
using Spouts.Tests.Publishing;

namespace Spouts.Tests.Adversary;

/// <summary>A batch that collides with the repo is repaired, and that fails half-way: what its source is told of its files is true.</summary>
public sealed class CollisionRepairTests(PachdFixture pachd) : IClassFixture<PachdFixture>
{
    private const string Repaired = "cursor 0 #2; files: /a=there /dead-letters/Fetch/a%2Fb=then";

    [Theory]
    [InlineData("GetFile", "get file: path does not exist")]
    [InlineData("ComposeFileSet", "the operation would create a dangling reference")]
    public async Task A_batch_whose_file_set_is_gone_when_it_is_repaired_is_given_back_and_comes_again(string method, string answer)
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        using Process process = new(pachd, spout);
        await process.PublishAsync(0, SpoutFile.Text("/a", "there"));
        List<string> told = [];
        process.Hook.Before(method, _ => throw new RpcException(new Status(StatusCode.Unknown, answer)));

        Assert.False(await process.RunAsync(Source(told)));
        Assert.Equal(["-/a/b"], told);
        Assert.True(await process.RunAsync(Source(told)));

        Assert.Equal(["-/a/b", "+/a/b"], told);
        Assert.StartsWith(Repaired, await process.DescribeAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GetFile")]
    [InlineData("ComposeFileSet")]
    public async Task A_batch_whose_repair_a_broken_connection_ends_is_given_back_and_comes_again(string method)
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        using Process process = new(pachd, spout);
        await process.PublishAsync(0, SpoutFile.Text("/a", "there"));
        List<string> told = [];
        process.Hook.Lose(method);

        PachydermException broken = await Assert.ThrowsAsync<PachydermException>(() => process.RunAsync(Source(told)));

        Assert.Equal(PachydermErrorKind.Unreachable, broken.Kind);
        Assert.Equal(["-/a/b"], told);
        Assert.True(await process.RunAsync(Source(told)));
        Assert.Equal(["-/a/b", "+/a/b"], told);
        Assert.StartsWith(Repaired, await process.DescribeAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_repaired_batch_that_may_be_published_is_not_given_back()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        using Process process = new(pachd, spout);
        await process.PublishAsync(0, SpoutFile.Text("/a", "there"));
        List<string> told = [];

        // The commit that collides, the void one above it, and that of the repaired batch.
        process.Hook.Before("FinishCommit", static _ => Task.CompletedTask);
        process.Hook.Before("FinishCommit", static _ => Task.CompletedTask);
        process.Hook.Before("FinishCommit", static _ => throw new RpcException(new Status(StatusCode.PermissionDenied, "no role")));

        await Assert.ThrowsAsync<PachydermException>(() => process.RunAsync(Source(told)));

        Assert.Empty(told);
        using TestSpout successor = spout.Successor();
        await successor.Publisher.PositionAsync(CancellationToken.None);
        Assert.StartsWith(Repaired, await process.DescribeAsync(), StringComparison.Ordinal);
    }

    private static SourceRegistration Source(List<string> told) => new()
    {
        Name = "Fetch",
        Trigger = new PollTrigger(TimeSpan.FromSeconds(1)),
        Run = (_, _, ct) => SourceFiles.From(
            [SpoutFile.Text("/a/b", "then").OnCommitted((file, _) => Tell(told, $"+{file.Path}")).OnAbandoned((file, _) => Tell(told, $"-{file.Path}"))], ct),
    };

    private static ValueTask Tell(List<string> told, string what)
    {
        told.Add(what);
        return ValueTask.CompletedTask;
    }
}
