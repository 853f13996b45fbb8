using Microsoft.Data.Sqlite;
using Spouts.Local.Core;
using Spouts.Local.Core.Metadata;
using Spouts.Local.Store;
using Xunit;

namespace Spouts.Local.Tests;

/// <summary>Every rule that a store can break is noticed when it is broken.</summary>
public sealed class FsckTests
{
    [Theory]
    [InlineData("DELETE FROM branch", "a row names one that is not there")]
    [InlineData("UPDATE project SET name = 'other'", "the project 'default' is missing")]
    [InlineData("UPDATE project SET name = 'a b'", "a name has characters that none may have: project a b")]
    [InlineData("UPDATE repo SET name = 'a/b' WHERE id = 1", "a name has characters that none may have: repo a/b")]
    [InlineData("UPDATE branch SET name = ''", "a name has characters that none may have: branch ")]
    [InlineData("UPDATE repo SET type = 'odd'", "a repo has a type that there is not: default/r.odd")]
    [InlineData("UPDATE pfs_commit SET set_id = 'x' || substr(set_id, 2)", "a commit's id is no UUID of version 4: default/r@x")]
    [InlineData("UPDATE pfs_commit SET set_id = substr(set_id, 1, 12) || '5' || substr(set_id, 14)", "a commit's id is no UUID of version 4")]
    [InlineData("UPDATE branch SET name = '0123456789ab40123456789012345678' WHERE id = 1", "a branch is named like a commit: default/r@0123456789ab4")]
    [InlineData("UPDATE branch SET head = NULL", "a branch has no head: default/r@master")]
    [InlineData("UPDATE branch SET head = (SELECT min(id) FROM pfs_commit)", "a branch's head is a commit of another repo: default/other@master")]
    [InlineData("INSERT INTO branch_provenance (downstream, upstream) VALUES (1, 2), (2, 1)", "the provenance of a branch leads back to it: default/r@master")]
    [InlineData("UPDATE pfs_commit SET parent = id WHERE id = 1", "a commit is not younger than its parent: default/r@")]
    [InlineData("INSERT INTO commit_provenance (downstream, upstream) VALUES (1, 2)", "a commit is not younger than its provenance: default/r@")]
    [InlineData("UPDATE pfs_commit SET finishing = NULL", "a finished commit was never finishing: default/r@")]
    [InlineData("UPDATE pfs_commit SET finished = NULL, finish_order = NULL", "a commit that is being finished has no place in the line: default/r@")]
    [InlineData("UPDATE pfs_commit SET finished = NULL", "a commit that is not finished shows what finished ones show: default/r@")]
    [InlineData("UPDATE pfs_commit SET has_total = 0", "a commit that shows nothing has layers to show: default/r@")]
    [InlineData("DELETE FROM layer", "a layer is named that is not there or not sealed: commit 1 names layer")]
    [InlineData("UPDATE layer SET sealed = 0", "a layer is named that is not there or not sealed: commit 1 names layer")]
    [InlineData("DELETE FROM entry", "a layer's number of entries is wrong: layer")]
    [InlineData("UPDATE entry SET size = size + 1", "a file's parts do not add up to its size: /a in layer")]
    [InlineData("DELETE FROM layer_chunk", "a file's chunk may be collected under it")]
    [InlineData("UPDATE pfs_commit SET size_bytes = 5", "a commit says it has 5 bytes and shows 7: default/r@")]
    [InlineData("INSERT INTO pipeline (project, name, version, state, stopped) VALUES ('default', 'r', 1, 3, 0)", "a pipeline's newest version is missing: default/r")]
    [InlineData("INSERT INTO pipeline (project, name, version, state, stopped) VALUES ('default', 'r', 1, 3, 0)", "a pipeline lacks a repo: default/r.spec")]
    public async Task What_is_broken_is_reported(string damage, string report)
    {
        await using TestStore store = await TestStore.CreateAsync();
        await store.CommitAsync(("/a", "content"));
        await store.ChangeAsync(change =>
        {
            RepoRef other = new("default", "other", RepoRef.User);
            Repos.Create(change, other, "", update: false);
            Branches.Create(change, new BranchSpec(new BranchRef(other, "master")));
        });
        Assert.Empty(Check(store));

        await using (SqliteConnection database = new($"Data Source={Pachd.DatabaseOf(store.Pachd.Directory)};Foreign Keys=False"))
        {
            await database.OpenAsync();
            await using SqliteCommand command = database.CreateCommand();
            command.CommandText = damage;
            Assert.NotEqual(0, await command.ExecuteNonQueryAsync());
        }

        Assert.Contains(Check(store), problem => problem.StartsWith(report, StringComparison.Ordinal));
    }

    private static IReadOnlyList<string> Check(TestStore store) => Fsck.Run(store.Pachd.Database, store.Pachd.Chunks);
}
