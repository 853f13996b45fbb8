using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Spouts.Hosting;
using Spouts.Operating;
using Spouts.Pachyderm;
using Spouts.Tests.Publishing;

namespace Spouts.Tests.Operating;

/// <summary>What takes time to go wrong: the clock is the test's, all else is real.</summary>
public sealed class SpoutChecksTests(PachdFixture pachd) : IClassFixture<PachdFixture>
{
    [Fact]
    public async Task A_head_that_stays_open_waits_for_its_worker()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        await spout.PublishAsync(1, SpoutFile.Text("/a", "1"));
        string open = await spout.Repo.StartAsync("", CancellationToken.None);

        Assert.Null((await CheckAsync(spout, "head", TimeSpan.Zero)).Cure);
        Finding late = await CheckAsync(spout, "head", TimeSpan.FromMinutes(3));

        Assert.StartsWith($"{open} has been open for 0.00:03:", late.Text, StringComparison.Ordinal);
        Assert.Contains("pachctl logs", late.Cure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_head_that_was_finished_on_an_open_parent_needs_an_administrator()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        await spout.PublishAsync(1, SpoutFile.Text("/a", "1"));
        string parent = await spout.Repo.StartAsync("", CancellationToken.None);
        await spout.StopAndStartAsync();
        string head = await spout.Repo.HeadAsync(CancellationToken.None);
        await spout.Repo.FinishAsync(head, "", CancellationToken.None);

        Finding stuck = await CheckAsync(spout, "head", TimeSpan.Zero);

        Assert.Contains($"while its parent {parent} is open", stuck.Text, StringComparison.Ordinal);
        Assert.Contains($"pachctl delete commitV2 {spout.Name}@{head} --project default", stuck.Cure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_head_with_an_error_says_which()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        await spout.PublishAsync(1, SpoutFile.Text("/a/b", "1"));
        string open = await spout.Repo.StartAsync("", CancellationToken.None);
        await using Spouts.Batching.StagedBatch batch = await spout.StageAsync(Spouts.Ledgers.SourceEntry.Empty, Spouts.Ledgers.SourceEntry.Empty, SpoutFile.Text("/a", "2"));
        await spout.Repo.AttachAsync(open, batch.FileSet, CancellationToken.None);
        await spout.Repo.FinishAsync(open, "", CancellationToken.None);
        Assert.NotNull(await spout.Repo.WaitFinishedAsync(open, TimeSpan.FromSeconds(30), CancellationToken.None));

        Finding wrong = await CheckAsync(spout, "head", TimeSpan.Zero);

        Assert.Contains("file / directory path collision", wrong.Text, StringComparison.Ordinal);
        Assert.NotNull(wrong.Cure);
    }

    [Theory]
    [InlineData(-2, "behind")]
    [InlineData(2, "ahead of")]
    public async Task Clocks_that_differ_by_more_than_a_minute_are_reported(int minutes, string said)
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();

        Finding wrong = await CheckAsync(spout, "clock", TimeSpan.FromMinutes(minutes));

        Assert.Contains($"s {said} the server's", wrong.Text, StringComparison.Ordinal);
        Assert.Contains("NTP", wrong.Cure, StringComparison.Ordinal);
        Assert.Null((await CheckAsync(spout, "clock", TimeSpan.Zero)).Cure);
    }

    [Fact]
    public async Task A_due_time_that_is_still_to_come_is_reported()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        var entry = (await spout.Publisher.PositionAsync(CancellationToken.None)).Ledger.Entry(TestSpout.Source);
        await spout.Publisher.SaveAsync(TestSpout.Source, entry, entry.With(DateTimeOffset.UtcNow.AddHours(1), "@hourly", "UTC"), CancellationToken.None);

        Finding wrong = await CheckAsync(spout, "ledger", TimeSpan.Zero);

        Assert.Contains("'Fetch' has run for", wrong.Text, StringComparison.Ordinal);
    }

    private static async Task<Finding> CheckAsync(TestSpout spout, string check, TimeSpan ahead)
    {
        FakeTimeProvider time = new(DateTimeOffset.UtcNow + ahead);
        Entrance entrance = new(new(spout.Worker.Sidecar, spout.Worker.Token), spout.Worker.Project, "the test", IsSidecar: true);
        using PachydermChannel channel = new(entrance.Connection);
        SpoutRegistration registration = new() { Name = spout.Name, OutputBranch = "master", Sources = [] };
        SpoutChecks checks = new(
            registration, entrance, new(channel.Invoker), new(channel.Invoker, spout.Worker.Project, spout.Name), spout.Repo, spout.Recovery, time);
        return await checks.RunAsync(CancellationToken.None).FirstAsync(finding => finding.Check == check);
    }
}
