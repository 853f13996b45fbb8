using Spouts.Local.Core;
using Spouts.Local.Core.Metadata;
using Spouts.Local.Store;
using Xunit;

namespace Spouts.Local.Tests;

/// <summary>How texts name commits.</summary>
public sealed class CommitNameTests
{
    private const string Id = "0123456789ab4cdef0123456789abcde";

    [Theory]
    [InlineData("master", "master", false, null, null)]
    [InlineData("master^", "master", false, 1u, null)]
    [InlineData("master~~", "master", false, 2u, null)]
    [InlineData("master^0", "master", false, 0u, null)]
    [InlineData(Id + "~3", Id, true, 3u, null)]
    [InlineData("0123456789AB4CDEF0123456789ABCDE", Id, true, null, null)]
    [InlineData("0123456789ab3cdef0123456789abcde", "0123456789ab3cdef0123456789abcde", false, null, null)]
    [InlineData("master.1", "master", false, null, 0u)]
    [InlineData("master.3^", "master", false, null, 1u)]
    [InlineData("master.0", "master", false, null, uint.MaxValue)]
    [InlineData("master~4294967297", "master", false, 1u, null)]
    public void A_text_is_read_as_the_real_server_reads_it(string text, string start, bool isId, uint? back, uint? fromRoot)
        => Assert.Equal(new CommitName(start, isId, back, fromRoot), CommitName.Parse("default/r@" + text));

    [Theory]
    [InlineData("master^^1", "calculate offset default/r@master^^1: count offset and clean: invalid ancestry format")]
    [InlineData("master^.1", "calculate offset default/r@master^.1: count offset and clean: invalid ancestry format")]
    [InlineData("master.1^", "calculate offset default/r@master.1^: there should be less ancestors than descendants")]
    [InlineData("master.99999999999999999999", "calculate offset default/r@master.99999999999999999999: invalid descendants format")]
    [InlineData("master~99999999999999999999", "calculate offset default/r@master~99999999999999999999: invalid ancestor format")]
    [InlineData(
        Id + ".1", "unmarshal branch picker default/r@" + Id + ": invalid branch picker: name refers to a commit, not a branch")]
    public void A_malformed_suffix_is_refused_with_its_reason(string text, string message)
        => Assert.Equal(message, Assert.Throws<PachException>(() => CommitName.Parse("default/r@" + text)).Message);

    [Fact]
    public async Task An_id_in_capitals_names_the_same_commit()
    {
        await using TestStore store = await TestStore.CreateAsync();
        CommitRow commit = await store.StartAsync();
        CommitHandle handle = TestStore.Handle(commit) with { Id = commit.SetId.ToUpperInvariant() };
        Assert.Equal(commit.Id, store.Pachd.Read(tx => Commits.Pick(tx, handle)).Id);
    }

    [Fact]
    public async Task A_refusal_says_what_was_looked_for_when_the_project_was_missed()
    {
        await using TestStore store = await TestStore.CreateAsync();
        RepoRef repo = new("none", "r", RepoRef.User);
        Assert.Equal(
            "pick commit tx: picking commit: picking repo: picking project: project \"none\" not found", Refusal(new CommitHandle(repo, Id, null)));
        Assert.Equal(
            "pick commit tx: picking commit: picking branch: picking repo: picking project: project \"none\" not found",
            Refusal(new CommitHandle(repo, "", "master")));
        Assert.Equal(
            "pick commit tx: picking commit: picking commit: picking repo: picking project: project \"none\" not found",
            Refusal(new CommitHandle(repo, Id + "^", null)));

        string Refusal(CommitHandle handle)
            => Assert.Throws<PachException>(() => store.Pachd.Read(tx => Commits.Pick(tx, handle))).Message;
    }
}
