using Spouts.Local.Core;
using Spouts.Local.Core.Metadata;
using Spouts.Local.Services;
using Spouts.Local.Store;
using Xunit;

namespace Spouts.Local.Tests;

/// <summary>Rules of commits that the recordings leave open.</summary>
public sealed class CommitRuleTests
{
    [Fact]
    public async Task A_list_of_commits_refuses_a_forgotten_one_and_what_stands_on_it()
    {
        await using TestStore store = await TestStore.CreateAsync();
        CommitRow forgotten = await store.CommitAsync(("/a", "1"));
        await store.ChangeAsync(change => change.Tx.DropTotal(forgotten.Id));
        CommitRow child = await store.StartAsync();
        Assert.Equal("the commit is forgotten", Refusal(forgotten));
        Assert.Equal("the commit is forgotten", Refusal(child));

        string Refusal(CommitRow commit)
            => Assert.Throws<PachException>(() => store.Pachd.Read(tx => Infos.ListedCommit(tx, tx.CommitById(commit.Id)))).Message;
    }

    [Fact]
    public async Task Deleting_everything_leaves_an_empty_default_project()
    {
        await using TestStore store = await TestStore.CreateAsync();
        await store.CommitAsync(("/a", "1"));
        await store.ChangeAsync(change =>
        {
            Projects.Create(change, "p", "", update: false);
            Repos.Create(change, TestStore.Repo with { Project = "p" }, "", update: false);
        });
        await store.ChangeAsync(Projects.DeleteAll);
        Assert.Empty(store.Pachd.Read(tx => tx.Repos(null, null)));
        Assert.Equal(["default"], store.Pachd.Read(tx => tx.Projects()).Select(project => project.Name));
    }
}
