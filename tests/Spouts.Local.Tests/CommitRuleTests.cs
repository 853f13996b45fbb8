using Spouts.Local.Core;
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
}
