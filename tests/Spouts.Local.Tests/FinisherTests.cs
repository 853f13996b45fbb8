using Spouts.Local.Core;
using Spouts.Local.Core.Auth;
using Spouts.Local.Core.Files;
using Spouts.Local.Core.Metadata;
using Spouts.Local.Store;
using Xunit;

namespace Spouts.Local.Tests;

public sealed class FinisherTests
{
    [Fact]
    public async Task A_head_finished_before_its_open_parent_waits_until_it_is_dropped()
    {
        await using TestStore store = await TestStore.CreateAsync();
        CommitRow first = await store.CommitAsync(("/a", "1"));
        CommitRow open = await store.StartAsync();
        CommitRow? head = null;
        await store.ChangeAsync(change => head = change.Tx.CommitById(MakeChild(change, open)));
        await store.FinishAsync(head!);
        await store.FinishAsync(open);
        CommitRow elsewhere = await store.StartAsync("side");
        await store.FinishAsync(elsewhere);
        Task<CommitRow> stuck = store.FinishedAsync(elsewhere);
        Assert.Null(store.Pachd.Read(tx => tx.CommitById(open.Id)).Finished);
        Assert.False(stuck.IsCompleted);
        await store.ChangeAsync(change => CommitRemoval.Drop(change, TestStore.Handle(head!), recursive: false));
        Assert.NotNull((await store.FinishedAsync(open)).Finished);
        Assert.NotNull((await stuck).Finished);
        Assert.Equal(first.SizeBytes, (await store.FinishedAsync(open)).SizeBytes);
    }

    [Fact]
    public async Task A_restart_finishes_what_was_finishing()
    {
        await using TestStore store = await TestStore.CreateAsync();
        CommitRow commit = await store.StartAsync();
        await store.WriteAsync(commit, ("/a", "1"));
        // Marked as finishing without waking the finisher: what a kill at this instant leaves.
        await store.Pachd.Database.WriteAsync(
            tx => tx.Execute("UPDATE pfs_commit SET finishing = 1, finish_order = 1 WHERE id = @Id", new { commit.Id }), CancellationToken.None);
        store.Reopen();
        store.Pachd.Finisher.Resume();
        CommitRow finished = await store.FinishedAsync(commit);
        Assert.Equal(1, finished.SizeBytes);
        Assert.Equal("1", (await store.ReadAsync(finished))["/a"]);
    }

    [Fact]
    public async Task A_commit_with_an_error_is_not_seen_by_its_children()
    {
        await using TestStore store = await TestStore.CreateAsync();
        await store.CommitAsync(("/a", "1"));
        CommitRow bad = await store.StartAsync();
        await store.WriteAsync(bad, ("/a", "2"), ("/b", "2"));
        await store.FinishAsync(bad, "broken");
        await store.FinishedAsync(bad);
        CommitRow child = await store.CommitAsync(("/c", "3"));
        Assert.Equal(new() { ["/a"] = "1", ["/c"] = "3" }, await store.ReadAsync(child));
        Assert.Equal(2, child.SizeBytes);
    }

    [Fact]
    public async Task A_stream_that_ends_after_the_finish_makes_the_commit_forgotten()
    {
        await using TestStore store = await TestStore.CreateAsync();
        CommitRow commit = await store.StartAsync();
        FileTarget target = FileTarget.Choose(store.Pachd, TestStore.Handle(commit));
        await using LayerWriter writer = store.FileSets.Writer();
        await writer.AddAsync("/late", "", new byte[] { 1 }, CancellationToken.None);
        await store.FinishAsync(commit);
        await store.FinishedAsync(commit);
        await target.CommitAsync(writer, Caller.System(fromSidecar: true), CancellationToken.None);
        Assert.Equal("the commit is forgotten", (await Assert.ThrowsAsync<PachException>(() => store.ReadAsync(commit))).Message);
    }

    [Fact]
    public async Task The_order_of_commits_survives_a_clock_that_goes_backwards()
    {
        await using TestStore store = await TestStore.CreateAsync();
        CommitRow first = await store.CommitAsync(("/a", "1"));
        store.Time.AdjustTime(store.Time.GetUtcNow() - TimeSpan.FromDays(1));
        CommitRow second = await store.CommitAsync(("/a", "2"));
        Assert.True(second.Started < first.Started);
        List<CommitRow> newestFirst = store.Pachd.Read(tx => tx.CommitPage(first.RepoId, long.MaxValue, ascending: false, 10));
        Assert.Equal([second.SetId, first.SetId], newestFirst.Select(commit => commit.SetId));
        Assert.Equal("2", (await store.ReadAsync(second))["/a"]);
    }

    // As a stop and start of a pipeline leaves it: an open head on an open parent.
    private static long MakeChild(Change change, CommitRow parent)
    {
        long id = change.Tx.InsertCommit(parent with
        {
            SetId = change.SetId, Parent = parent.Id, Origin = (int)Origin.Auto, Started = change.Now, CreatedAt = change.Now, UpdatedAt = change.Now,
        });
        change.Tx.SetHead(parent.BranchId!.Value, id, change.Now);
        return id;
    }
}
