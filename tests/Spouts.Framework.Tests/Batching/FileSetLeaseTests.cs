using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Spouts.Batching;
using Spouts.Tests.Pachyderm;
using Spouts.Tests.Publishing;

namespace Spouts.Tests.Batching;

public sealed class FileSetLeaseTests(PachdFixture pachd) : IClassFixture<PachdFixture>
{
    [Fact]
    public async Task A_staged_file_set_is_renewed_long_before_it_expires()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        await using StagedBatch batch = await spout.StageAsync(1, SpoutFile.Text("/a", "1"));
        FakeTimeProvider time = new();
        spout.Faults.Lose("RenewFileSet", delivered: true);
        await using FileSetLease lease = new(spout.Repo, batch.FileSet, time, NullLogger.Instance);

        time.Advance(FileSetLease.Ttl / 2);

        Assert.True(SpinWait.SpinUntil(() => spout.Faults.Lost == 1, TimeSpan.FromSeconds(30)));
        Assert.False(lease.IsGone);
    }

    [Fact]
    public async Task A_batch_whose_file_set_is_still_there_can_be_published_and_one_whose_set_has_expired_says_so()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        await using StagedBatch batch = await spout.StageAsync(1, SpoutFile.Text("/a", "1"));
        await using StagedBatch expired = On(batch, new FileSetLease(spout.Repo, Guid.NewGuid().ToString("N"), TimeProvider.System, NullLogger.Instance));

        Assert.True(await batch.RenewAsync(CancellationToken.None));
        Assert.False(await expired.RenewAsync(CancellationToken.None));

        Assert.Equal((false, true), (batch.IsGone, expired.IsGone));
    }

    [Fact]
    public async Task A_file_set_that_expired_while_the_process_was_stopped_is_found_gone_with_the_next_renewal()
    {
        FakeTimeProvider time = new();
        await using ScriptedServer server = ScriptedServer.Start(time);
        server.Expired.Add("set1");
        await using FileSetLease lease = new(server.Repo, "set1", time, NullLogger.Instance);
        Assert.False(lease.IsGone);

        time.Advance(TimeSpan.FromMinutes(15));

        Assert.True(SpinWait.SpinUntil(() => lease.IsGone, TimeSpan.FromSeconds(30)));
        Assert.False(await lease.RenewAsync(CancellationToken.None));
        Assert.Equal(["set1"], server.Renewed);
    }

    [Fact]
    public async Task A_server_that_cannot_be_asked_does_not_make_a_file_set_gone()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        await using StagedBatch batch = await spout.StageAsync(1, SpoutFile.Text("/a", "1"));
        spout.Faults.Lose("RenewFileSet", delivered: false);

        PachydermException failed = await Assert.ThrowsAsync<PachydermException>(() => batch.RenewAsync(CancellationToken.None));

        Assert.Equal(PachydermErrorKind.Unreachable, failed.Kind);
        Assert.True(await batch.RenewAsync(CancellationToken.None));
    }

    private static StagedBatch On(StagedBatch batch, FileSetLease lease) => new()
    {
        Source = batch.Source,
        Base = batch.Base,
        Entry = batch.Entry,
        Lease = lease,
        Bytes = batch.Bytes,
        Paths = batch.Paths,
        DeadLetters = 0,
        Acknowledgements = [],
    };
}
