using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.Logging.Abstractions;
using Spouts.Pachyderm;
using Spouts.Pachyderm.Protos.Pfs;
using Spouts.Publishing;

namespace Spouts.Tests.Publishing;

/// <summary>Repos in which no commit can ever be FINISHED again: a wait for one ends and says who can help.</summary>
public sealed class WaitingTests(PachdFixture pachd) : IClassFixture<PachdFixture>
{
    [Fact]
    public async Task A_head_that_was_finished_before_its_open_parent_is_not_waited_for()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        await spout.Publisher.PositionAsync(CancellationToken.None);
        await spout.Repo.StartAsync("left open", CancellationToken.None);
        await spout.StopAndStartAsync();
        string head = await spout.Repo.HeadAsync(CancellationToken.None);
        await spout.Repo.FinishAsync(head, description: "", CancellationToken.None);

        SpoutConfigurationException hopeless = await Assert.ThrowsAsync<SpoutConfigurationException>(() => WaitAsync(spout, head));

        Assert.Contains($"pachctl delete commitV2 {spout.Name}@{head} --project default", hopeless.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_commit_on_one_whose_data_is_lost_is_not_waited_for()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        await spout.Publisher.PositionAsync(CancellationToken.None);
        string lost = await LoseDataAsync(spout);
        string next = await spout.Repo.StartAsync("on it", CancellationToken.None);
        await spout.Repo.FinishAsync(next, description: "", CancellationToken.None);

        PachydermException hopeless = await Assert.ThrowsAsync<PachydermException>(() => WaitAsync(spout, next));

        Assert.Equal(PachydermErrorKind.Forgotten, hopeless.Kind);
        Assert.Contains(lost, hopeless.Message, StringComparison.Ordinal);
    }

    private static Task<CommitView> WaitAsync(TestSpout spout, string commit)
    {
        Waiting waiting = new(spout.Repo, NullLogger<Waiting>.Instance) { Slice = TimeSpan.FromSeconds(0.2) };
        return waiting.FinishedAsync(commit, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30));
    }

    // What Pachyderm does to a commit when a ModifyFile that began before its finish ends after it. Nothing tells a client that the
    // server has seen the beginning of its stream; where the finish was faster, the stream is refused, and it is tried again.
    private static async Task<string> LoseDataAsync(TestSpout spout)
    {
        using PachydermChannel sidecar = new(spout.Worker.Sidecar, spout.Worker.Token);
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await TryLoseDataAsync(spout, new(sidecar.Invoker));
            }
            catch (RpcException late) when (attempt < 50 && late.Status.Detail.Contains("has already finished", StringComparison.Ordinal))
            {
                TestContext.Current.TestOutputHelper?.WriteLine($"Attempt {attempt}: the finish was faster.");
            }
        }
    }

    private static async Task<string> TryLoseDataAsync(TestSpout spout, API.APIClient pfs)
    {
        string id = await spout.Repo.StartAsync("by hand", CancellationToken.None);
        Repo repo = new() { Project = new() { Name = spout.Worker.Project }, Name = spout.Name, Type = "user" };
        using var stream = pfs.ModifyFile();
        await stream.RequestStream.WriteAsync(new() { SetCommit = new() { Repo = repo, Id = id } });
        await stream.RequestStream.WriteAsync(new() { AddFile = new() { Path = "/late", Raw = ByteString.CopyFromUtf8("1") } });
        await spout.Repo.FinishAsync(id, description: "", CancellationToken.None);
        await WaitAsync(spout, id);
        await stream.RequestStream.CompleteAsync();
        await stream;
        return id;
    }
}
