using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Spouts.Batching;
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
    }
}
