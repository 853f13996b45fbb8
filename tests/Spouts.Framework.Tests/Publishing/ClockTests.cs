using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using Spouts.Pachyderm;
using Spouts.Publishing;

namespace Spouts.Tests.Publishing;

/// <summary>What a worker says of a clock that differs from the server's; its own is the test's, all else is real.</summary>
public sealed class ClockTests(PachdFixture pachd) : IClassFixture<PachdFixture>
{
    [Theory]
    [InlineData(-2, "behind the server's")]
    [InlineData(2, "ahead of the server's")]
    public async Task Clocks_that_differ_by_more_than_a_minute_are_told_of_once_for_all_commits(int minutes, string said)
    {
        FakeLogCollector logs = await PublishTwiceAsync(TimeSpan.FromMinutes(minutes));

        FakeLogRecord warning = Assert.Single(logs.GetSnapshot());
        Assert.Equal(LogLevel.Warning, warning.Level);
        Assert.Matches($@"^The commit \w+ on default/s\d+@master shows that this clock is 1[12]\d\.\d s {said}: ", warning.Message);
        Assert.Contains("by NTP: schedules and due times go by the clock of the machine that the spout runs on", warning.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Clocks_that_differ_by_less_are_not_worth_a_word() =>
        Assert.Empty((await PublishTwiceAsync(TimeSpan.FromSeconds(30))).GetSnapshot());

    [Fact]
    public void A_process_that_was_stopped_in_the_middle_of_the_call_says_nothing_of_clocks()
    {
        DateTimeOffset before = DateTimeOffset.UnixEpoch;

        Assert.Equal(TimeSpan.Zero, ClockSkew.Seen(before, before.AddHours(1), before.AddMinutes(1)).Ahead);
        Assert.Equal(TimeSpan.FromMinutes(3), ClockSkew.Seen(before, before.AddHours(1), before.AddMinutes(63)).Ahead);
        Assert.Equal(TimeSpan.FromMinutes(-3), ClockSkew.Seen(before, before.AddHours(1), before.AddMinutes(-3)).Ahead);
    }

    private async Task<FakeLogCollector> PublishTwiceAsync(TimeSpan ahead)
    {
        using TestSpout first = await pachd.CreateSpoutAsync();
        FakeLogger<Recipe> logger = new();
        using TestSpout spout = first.Successor(new FakeTimeProvider(DateTimeOffset.UtcNow + ahead), logger);
        await spout.PublishAsync(1, SpoutFile.Text("/a", "1"));
        await spout.PublishAsync(2, SpoutFile.Text("/a", "2"));
        return logger.Collector;
    }
}
