using System.Globalization;
using Spouts.Local.Core;
using Spouts.Local.Core.Metadata;
using Spouts.Local.Store;
using Xunit;

namespace Spouts.Local.Tests;

/// <summary>Branches that follow another branch of their repo.</summary>
public sealed class TriggerTests : IAsyncLifetime
{
    private static readonly Trigger s_none = new("master", false, "", "", 0, "");
    private TestStore? _store;

    private TestStore Store => _store!;

    public async ValueTask InitializeAsync() => _store = await TestStore.CreateAsync();

    public ValueTask DisposeAsync() => Store.DisposeAsync();

    [Fact]
    public async Task A_branch_follows_after_so_many_commits()
    {
        await Store.CommitAsync(("/a", "0"));
        await Store.CommitAsync(("/a", "1"));
        await FollowAsync("every2", s_none with { Commits = 2 });
        await Store.CommitAsync(("/a", "2"));
        Assert.NotEqual(Head("master"), Head("every2"));
        await Store.CommitAsync(("/a", "3"));
        Assert.Equal(Head("master"), Head("every2"));
        long moved = Head("every2");
        await Store.CommitAsync(("/a", "4"));
        Assert.Equal(moved, Head("every2"));
    }

    [Fact]
    public async Task A_branch_follows_when_so_much_was_added()
    {
        await Store.CommitAsync(("/a", "1234"));
        await FollowAsync("big", s_none with { Size = "6B" });
        await Store.CommitAsync(("/b", "5678"));
        Assert.NotEqual(Head("master"), Head("big"));
        await Store.CommitAsync(("/c", "90"));
        Assert.Equal(Head("master"), Head("big"));
    }

    [Fact]
    public async Task A_branch_follows_at_most_as_often_as_its_rate_limit_says()
    {
        await Store.CommitAsync(("/a", "1"));
        await FollowAsync("hourly", s_none with { RateLimit = "@hourly" });
        await Store.CommitAsync(("/a", "2"));
        Assert.NotEqual(Head("master"), Head("hourly"));
        Store.Time.Advance(TimeSpan.FromHours(1));
        await Store.CommitAsync(("/a", "3"));
        Assert.Equal(Head("master"), Head("hourly"));
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public async Task Any_condition_is_enough_unless_all_are_asked_for(bool all, bool follows)
    {
        await Store.CommitAsync(("/a", "1"));
        await FollowAsync("next", s_none with { All = all, Commits = 1, Size = "1GB" });
        await Store.CommitAsync(("/a", "2"));
        Assert.Equal(follows, Head("master") == Head("next"));
    }

    [Fact]
    public async Task A_trigger_without_conditions_does_not_fire()
    {
        await Store.CommitAsync(("/a", "1"));
        await FollowAsync("next", s_none);
        await Store.CommitAsync(("/a", "2"));
        Assert.NotEqual(Head("master"), Head("next"));
    }

    [Fact]
    public async Task A_chain_of_triggers_fires_in_one_go_and_what_is_downstream_gets_a_commit()
    {
        RepoRef down = TestStore.Repo with { Name = "down" };
        await Store.CommitAsync(("/a", "1"));
        await FollowAsync("first", s_none with { Commits = 1 });
        await FollowAsync("second", s_none with { Branch = "first", Commits = 1 });
        await Store.ChangeAsync(change => Repos.Create(change, down, "", update: false));
        await Store.ChangeAsync(change => Branches.Create(change, new BranchSpec(new BranchRef(down, "out")) { Provenance = [Branch("second")] }));
        await Store.CommitAsync(("/a", "2"));
        Assert.Equal(Head("master"), Head("second"));
        CommitRow made = Read(tx => tx.CommitById(Branches.Find(tx, new BranchRef(down, "out"))!.Head!.Value));
        Assert.Equal(Head("master"), Assert.Single(Read(tx => tx.DirectCommitProvenance(made.Id))).Id);
    }

    [Fact]
    public async Task A_commit_with_an_error_sets_nothing_off()
    {
        await Store.CommitAsync(("/a", "1"));
        await FollowAsync("next", s_none with { Commits = 1 });
        CommitRow bad = await Store.StartAsync();
        await Store.FinishAsync(bad, "no");
        await Store.FinishedAsync(bad);
        Assert.NotEqual(bad.Id, Head("next"));
    }

    [Fact]
    public async Task A_schedule_moves_a_branch_when_it_is_time_even_after_a_restart()
    {
        await Store.CommitAsync(("/a", "1"));
        await FollowAsync("nightly", s_none with { Cron = "0 4 * * *" });
        await Store.CommitAsync(("/a", "2"));
        Assert.NotEqual(Head("master"), Head("nightly"));
        Store.Reopen();
        Task moved = Store.Pachd.RepoSignals.Next(Read(tx => Branches.Find(tx, Branch("nightly"))!.RepoId));
        Store.Time.SetUtcNow(new DateTimeOffset(2026, 1, 2, 4, 0, 0, TimeSpan.Zero));
        await moved.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(Head("master"), Head("nightly"));
    }

    [Fact]
    public async Task A_branch_that_a_trigger_names_is_deleted_only_by_force()
    {
        await Store.CommitAsync(("/a", "1"));
        await FollowAsync("next", s_none with { Commits = 1 });
        Assert.Equal(
            "branch \"default/r@master\" cannot be deleted because it is triggered by branches [default/r@next]", await RefusalAsync("master"));
        Assert.Equal(
            "branch \"default/r@next\" cannot be deleted because it triggers branches [default/r@master]", await RefusalAsync("next"));
        await Store.ChangeAsync(change => Branches.Delete(change, Branches.Find(change.Tx, Branch("master"))!, force: true));
        Assert.Null(Read(tx => Branches.Find(tx, Branch("next"))!.Trigger()));
    }

    [Theory]
    [InlineData("size", "huge", "invalid trigger size: invalid size: 'huge'")]
    [InlineData("size", "10x", "invalid trigger size: invalid suffix: 'x'")]
    [InlineData("size", "1.2.3k", "invalid trigger size: strconv.ParseFloat: parsing \"1.2.3\": invalid syntax")]
    [InlineData("rate", "often", "invalid trigger rate limit spec: Expected exactly 5 fields, found 1: often")]
    [InlineData("rate", "61 * * * *", "invalid trigger rate limit spec: End of range (61) above maximum (59): 61")]
    [InlineData(
        "cron", "@every 2562048h", "invalid trigger cron spec: Failed to parse duration @every 2562048h: time: invalid duration \"2562048h\"")]
    [InlineData("cron", "@often", "invalid trigger cron spec: Unrecognized descriptor: @often")]
    [InlineData(
        "cron", "x * * * *", "invalid trigger cron spec: Failed to parse int from x: strconv.Atoi: parsing \"x\": invalid syntax")]
    [InlineData(
        "cron", "@every 5", "invalid trigger cron spec: Failed to parse duration @every 5: time: missing unit in duration \"5\"")]
    public void A_malformed_trigger_is_refused_with_its_reason(string what, string value, string message)
    {
        Trigger trigger = what switch
        {
            "size" => s_none with { Size = value },
            "rate" => s_none with { RateLimit = value },
            _ => s_none with { Cron = value },
        };
        PachException refused = Assert.Throws<PachException>(() => Store.Pachd.Check(tx => Triggers.Check(tx, Branch("next"), trigger)));
        Assert.Equal(message, refused.Message);
    }

    [Theory]
    [InlineData("10", 10)]
    [InlineData("1.5 kB", 1_500)]
    [InlineData("2MiB", 2_000_000)]
    [InlineData("3g", 3_000_000_000)]
    public void Sizes_are_in_powers_of_a_thousand(string text, long size) => Assert.Equal(size, HumanSize.Parse(text));

    [Theory]
    [InlineData("*/15 * * * *", "2026-01-02 03:04:05", "2026-01-02 03:15:00")]
    [InlineData("0 0 1 jan ?", "2026-01-02 03:04:05", "2027-01-01 00:00:00")]
    [InlineData("30 3,5 * * mon-fri", "2026-01-02 03:30:00", "2026-01-02 05:30:00")]
    [InlineData("0 12 13 * fri", "2026-01-03 00:00:00", "2026-01-09 12:00:00")]
    [InlineData("0 12 */13 * fri", "2026-01-03 00:00:00", "2026-02-27 12:00:00")]
    [InlineData("@weekly", "2026-01-02 03:04:05", "2026-01-04 00:00:00")]
    [InlineData("@every 1h30m", "2026-01-02 03:04:05.5", "2026-01-02 04:34:05")]
    [InlineData(" @never ", "2026-01-02 03:04:05", "9999-01-01 00:00:00")]
    [InlineData("0 0 30 2 *", "2026-01-02 03:04:05", null)]
    public void A_schedule_tells_its_next_time(string cron, string after, string? next)
        => Assert.Equal(Utc(next), CronSchedule.Parse(cron).Next(Utc(after)!.Value));

    private static DateTime? Utc(string? text)
        => text is null ? null : DateTime.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);

    private static BranchRef Branch(string name) => new(TestStore.Repo, name);

    private T Read<T>(Func<Tx, T> body) => Store.Pachd.Read(body);

    private long Head(string branch) => Read(tx => Branches.Find(tx, Branch(branch))!.Head!.Value);

    private async Task<string> RefusalAsync(string branch)
        => (await Assert.ThrowsAsync<PachException>(
            () => Store.ChangeAsync(change => Branches.Delete(change, Branches.Find(change.Tx, Branch(branch))!, force: false)))).Message;

    // The branch begins where master is.
    private Task FollowAsync(string branch, Trigger trigger)
        => Store.ChangeAsync(change => Branches.Create(
            change, new BranchSpec(Branch(branch)) { Head = new CommitHandle(TestStore.Repo, "", trigger.Branch), Trigger = trigger }));
}
