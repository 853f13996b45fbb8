using Spouts.Local.Store;

namespace Spouts.Local.Core.Metadata;

/// <summary>
/// Taking commits away. Dropping takes a head with its data; squashing takes a commit in between, whose data its
/// children go on showing.
/// </summary>
internal static class CommitRemoval
{
    public static void Drop(Change change, CommitHandle? handle, bool recursive)
        => Remove(change, handle, recursive, "drop", CheckDroppable);

    public static void Squash(Change change, CommitHandle? handle, bool recursive)
        => Remove(change, handle, recursive, "squash", CheckSquashable);

    public static void DropSet(Change change, string setId) => RemoveSet(change, setId, commit => CheckDroppable(change.Tx, commit), specs: true);

    public static void SquashSet(Change change, string setId) => RemoveSet(change, setId, commit => CheckSquashable(change.Tx, commit), specs: false);

    /// <summary>Takes a commit's content away and leaves the commit; only where a pipeline could compute it again, and not from a head.</summary>
    public static void Forget(Change change, CommitRow commit)
    {
        if (change.Tx.Children(commit.Id).Exists(child => child.Finished is null))
            throw new PachException("direct descendants must be closed");
        if (change.Tx.DirectCommitProvenance(commit.Id).Count == 0)
            throw new PachException("the commit to be forgotten must be in an output repo");
        change.Tx.ClearDiff(commit.Id);
        change.Tx.DropTotal(commit.Id);
        change.Validate.Add(commit.RepoId);
    }

    private static void Remove(Change change, CommitHandle? handle, bool recursive, string what, Action<Tx, CommitRow> check)
    {
        Tx tx = change.Tx;
        CommitRow commit = Commits.Pick(tx, handle);
        List<CommitRow> all = [commit, .. tx.CommitSubvenance(commit.Id)];
        if (all.Count > 1 && !recursive)
            throw new PachException($"cannot {what} commit ({commit.Ref()}) with subvenance without recursive");
        foreach (CommitRow one in all)
            check(tx, one);
        foreach (CommitRow one in all)
            Delete(change, one);
    }

    private static void RemoveSet(Change change, string setId, Action<CommitRow> check, bool specs)
    {
        Tx tx = change.Tx;
        List<CommitRow> commits = tx.CommitsOfSet(setId);
        List<string> downstream = Downstream(tx, setId);
        if (downstream.Count > 0)
        {
            throw new PachException(
                $"commit set \"id:\\\"{setId}\\\"\" cannot be dropped because it has subvenant commit sets: "
                + $"[{string.Join(' ', downstream.Select(id => $"id:\"{id}\""))}]");
        }

        foreach (CommitRow commit in CommitSets.Sorted(tx, commits))
        {
            if (specs)
                CheckSpec(commit);
            check(commit);
        }

        foreach (CommitRow commit in commits)
            Delete(change, commit);
    }

    // Sets that stand on the set, and those that stand on them through other commits.
    private static List<string> Downstream(Tx tx, string setId)
    {
        List<string> reached = [setId];
        for (int at = 0; at < reached.Count; at++)
        {
            reached.AddRange(tx.CommitsOfSet(reached[at]).SelectMany(commit => tx.CommitSubvenance(commit.Id)).Select(commit => commit.SetId)
                .Distinct().Except(reached).ToList());
        }

        return reached[1..];
    }

    private static void CheckSpec(CommitRow commit)
    {
        if (commit.Type == Core.RepoRef.Spec && commit.Origin == (int)Origin.User)
            throw new PachException($"cannot squash commit {commit.Ref()} because it updated a pipeline");
    }

    private static void CheckDroppable(Tx tx, CommitRow commit)
    {
        if (tx.Children(commit.Id).Count > 0)
            throw new PachException($"cannot drop a commit that has children: {commit.Ref()}");
    }

    private static void CheckSquashable(Tx tx, CommitRow commit)
    {
        CheckSpec(commit);
        if (tx.Children(commit.Id).Count == 0)
        {
            throw new PachException(
                $"cannot squash a commit that has no children as that would cause data loss, use the drop operation instead: {commit.Ref()}");
        }
    }

    private static void Delete(Change change, CommitRow commit)
    {
        Tx tx = change.Tx;
        foreach (CommitRow child in tx.Children(commit.Id).Where(child => child.Finished is null))
        {
            string hint = child.Finishing is null ? "" : ", consider using WaitCommit";
            throw new PachException($"cannot squash until child commit {child.Ref()} is finished{hint}");
        }

        List<BranchRow> headed = tx.BranchesWithHead(commit.Id);
        tx.Execute("UPDATE pfs_commit SET parent = @Parent WHERE parent = @Id", new { commit.Parent, commit.Id });
        if (commit.Parent is { } parent)
        {
            foreach (BranchRow branch in headed)
                tx.SetHead(branch.Id, parent, change.Now);
        }
        else if (headed.Count > 0)
        {
            // A branch always has a head: an empty commit takes the place of its only one.
            List<BranchRow> provenance = tx.DirectProvenance(headed[0].Id);
            CommitRow empty = Commits.MakeEmpty(change, headed[0].RepoRef(), provenance, null);
            tx.Execute("UPDATE pfs_commit SET branch_id = @branch WHERE id = @Id", new { branch = headed[0].Id, empty.Id });
            foreach (BranchRow branch in headed)
                tx.SetHead(branch.Id, empty.Id, change.Now);
        }

        tx.Execute("DELETE FROM pfs_commit WHERE id = @Id", new { commit.Id });
        change.Touched.Add(commit.RepoId);
        change.Moved.Add(commit.Id);
        change.ToFinish.Add(commit.RepoId);
    }
}
