using Spouts.Local.Store;

namespace Spouts.Local.Core.Metadata;

/// <summary>What a transaction owes at its end: commits on downstream branches, and the checks of the graph.</summary>
internal static class Propagation
{
    public static void Run(Change change)
    {
        PachException.Within("validate DAG at end of transaction", () => CheckGraph(change));
        Propagate(change);
        Pipelines.Jobs.Propagate(change);
        CheckHeads(change);
    }

    // Of one repo only one branch may be reachable from another along provenance, in either direction.
    private static void CheckGraph(Change change)
    {
        Tx tx = change.Tx;
        foreach (BranchRef lost in change.Lost)
        {
            PachException.Within<bool>(
                $"loading branch info for \"{lost}\" during validation: get branch info", () => throw Branches.NotFoundRow(tx, lost));
        }

        foreach (long start in change.Propagate)
        {
            Dictionary<long, BranchRow> reached = new() { [start] = tx.BranchById(start) };
            Queue<long> expand = new([start]);
            while (expand.TryDequeue(out long branch))
            {
                foreach (BranchRow next in tx.DirectProvenance(branch).Concat(tx.DirectSubvenance(branch)))
                {
                    if (reached.TryAdd(next.Id, next))
                        expand.Enqueue(next.Id);
                }
            }

            BranchRow? twice = reached.Values.GroupBy(b => b.RepoRef().ToString()).FirstOrDefault(g => g.Count() > 1)?.First();
            if (twice is not null)
                throw new PachException($"multiple branches from the same repo, \"{twice.RepoRef()}\", cannot participate in a DAG");
        }
    }

    private static void Propagate(Change change)
    {
        Tx tx = change.Tx;
        Dictionary<long, int> downstream = [];
        foreach (long branch in change.Propagate)
            Collect(tx, branch, downstream);
        foreach (long id in downstream.Keys.OrderBy(id => downstream[id]).ThenBy(id => id))
        {
            BranchRow branch = tx.BranchById(id);
            // A spout's output depends on nothing but its spec: a new version of the spec is no new data.
            List<BranchRow> provenance = tx.Provenance(id);
            if (provenance.Count == 1 && provenance[0].Type == RepoRef.Spec)
                continue;
            // Made together with its upstream in this very transaction.
            if (branch.Head is { } head && tx.CommitById(head).SetId == change.SetId)
                continue;
            Commits.MakeDownstream(change, branch);
        }
    }

    private static void Collect(Tx tx, long branch, Dictionary<long, int> downstream)
    {
        foreach (long next in tx.PropagatesTo(branch))
        {
            if (downstream.TryAdd(next, tx.Provenance(next).Count))
                Collect(tx, next, downstream);
        }
    }

    /// <summary>A branch may not end in a commit that can no longer be read.</summary>
    public static void CheckHeads(Change change)
    {
        foreach (long repo in change.Validate)
        {
            foreach (BranchRow branch in change.Tx.BranchesOf(repo))
            {
                CommitRow head = change.Tx.CommitById(branch.Head ?? throw new InvalidOperationException($"{branch.Ref()} has no head."));
                if (head is { Finished: not null, Error: "", HasTotal: false })
                {
                    throw new PachException(
                        "list branch in transaction: for each branch: the branch head cannot be a forgotten commit");
                }
            }
        }
    }
}
