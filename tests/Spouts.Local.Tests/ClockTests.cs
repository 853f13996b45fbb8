using Spouts.Local.Core;
using Spouts.Local.Core.Auth;
using Spouts.Local.Core.Files;
using Spouts.Local.Core.Metadata;
using Spouts.Local.Store;
using Xunit;

namespace Spouts.Local.Tests;

/// <summary>The clock of the machine is set back and forth by a year.</summary>
public sealed class ClockTests
{
    private static readonly TimeSpan s_year = TimeSpan.FromDays(365);

    [Fact]
    public async Task The_order_of_commits_is_that_of_their_making()
    {
        await using TestStore store = await TestStore.CreateAsync();
        List<CommitRow> made = [await store.CommitAsync(("/f", "0"))];
        foreach (TimeSpan step in (TimeSpan[])[-s_year, s_year * 2, -s_year])
        {
            Set(store, step);
            made.Add(await store.CommitAsync(("/f", $"{made.Count}")));
        }

        long repo = made[0].RepoId;
        List<CommitRow> listed = store.Pachd.Read(tx => tx.CommitPage(repo, long.MaxValue, ascending: false, 10));
        Assert.Equal(made.Select(commit => commit.Id).Reverse(), listed.Select(commit => commit.Id));
        Assert.Equal(made[^2].Id, made[^1].Parent);
        foreach ((int at, CommitRow commit) in made.Index())
            Assert.Equal($"{at}", (await store.ReadAsync(commit))["/f"]);
        Assert.Empty(Fsck.Run(store.Pachd.Database, store.Pachd.Chunks));
    }

    [Fact]
    public async Task A_file_set_outlives_a_clock_that_goes_back_and_is_over_once_it_has_gone_far_enough_forward()
    {
        await using TestStore store = await TestStore.CreateAsync();
        CommitRow commit = await store.StartAsync();
        string set = await store.FileSets.ComposeAsync([], TimeSpan.FromMinutes(10), CancellationToken.None);
        Set(store, -s_year);
        await store.FileSets.AddToCommitAsync(true, TestStore.Handle(commit), set, CancellationToken.None);
        Set(store, s_year * 2);
        PachException gone = await Assert.ThrowsAsync<PachException>(
            () => store.FileSets.AddToCommitAsync(true, TestStore.Handle(commit), set, CancellationToken.None));
        Assert.Contains("path does not exist", gone.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_expired_file_set_is_found_for_a_minute_and_then_no_more_whether_a_pass_came_or_not()
    {
        await using TestStore store = await TestStore.CreateAsync();
        string set = await store.FileSets.ComposeAsync([], TimeSpan.FromSeconds(1), CancellationToken.None);
        Garbage garbage = new(store.Pachd, TimeSpan.FromMinutes(1), Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        store.Time.Advance(TimeSpan.FromSeconds(30));
        await garbage.CollectAsync();
        Assert.Empty(store.Pachd.Read(tx => FileSets.Layers(tx, set, store.Pachd.Now)));
        store.Time.Advance(TimeSpan.FromSeconds(40));
        Assert.Throws<PachException>(() => store.Pachd.Read(tx => FileSets.Layers(tx, set, store.Pachd.Now)));
    }

    [Fact]
    public async Task A_token_is_good_until_the_clock_says_that_its_time_is_over()
    {
        await using TestStore store = await TestStore.CreateAsync();
        string token = "";
        await store.ChangeAsync(change => token = Tokens.Issue(change, "robot:r", change.Now + TimeSpan.TicksPerHour));
        Set(store, -s_year);
        Assert.Equal("robot:r", store.Pachd.Read(tx => Tokens.Find(tx, token, store.Pachd.Now)).Subject);
        Set(store, s_year * 2);
        Assert.Throws<PachException>(() => store.Pachd.Read(tx => Tokens.Find(tx, token, store.Pachd.Now)));
    }

    // Timers go on as they were: a clock that is set is no time that passes.
    private static void Set(TestStore store, TimeSpan by) => store.Time.AdjustTime(store.Time.GetUtcNow() + by);
}
