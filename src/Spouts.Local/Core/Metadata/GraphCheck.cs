using Spouts.Local.Store;

namespace Spouts.Local.Core.Metadata;

/// <summary>
/// What Pachyderm's own fsck can find here: of the rest (provenance that is not transitive, parents and children that
/// disagree) the tables do not know how to go wrong.
/// </summary>
internal static class GraphCheck
{
    /// <summary>
    /// A branch's head should stand on the heads of the branches below it. A spout's does not after an update, until it
    /// commits again.
    /// </summary>
    public static IEnumerable<string> Errors(Tx tx)
    {
        foreach (BranchRow branch in tx.AllBranches())
        {
            List<CommitRow> below = tx.DirectCommitProvenance(branch.Head!.Value);
            foreach (BranchRow upstream in tx.DirectProvenance(branch.Id).Where(up => below.TrueForAll(commit => commit.Id != up.Head)))
                yield return $"consistency error: parent branch {upstream.Ref()} commit is not in direct provenance of head of branch {branch.Ref()}";
        }
    }
}
