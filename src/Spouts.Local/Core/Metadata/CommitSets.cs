using Spouts.Local.Store;

namespace Spouts.Local.Core.Metadata;

/// <summary>The commits that one transaction made, and what they stand on.</summary>
internal static class CommitSets
{
    /// <summary>A set's commits after the ones in their provenance; an empty id lists every commit there is.</summary>
    public static List<CommitRow> Inspect(Tx tx, string setId)
    {
        List<CommitRow> own = setId.Length == 0 ? tx.CommitPage(null, 0, ascending: true, int.MaxValue) : tx.CommitsOfSet(setId);
        if (own.Count == 0)
            throw new PachException(ErrorKind.NotFound, $"no commits found for commitset {setId}");
        IEnumerable<CommitRow> below = own.SelectMany(commit => tx.CommitProvenance(commit.Id)).ExceptBy(own.Select(commit => commit.Id), commit => commit.Id);
        return Sorted(tx, [.. below, .. own]);
    }

    /// <summary>Provenance first.</summary>
    public static List<CommitRow> Sorted(Tx tx, IReadOnlyList<CommitRow> commits)
    {
        Dictionary<long, CommitRow> all = commits.ToDictionary(commit => commit.Id);
        HashSet<long> visited = [];
        List<CommitRow> sorted = [];
        foreach (CommitRow commit in commits)
            Visit(commit);
        return sorted;

        void Visit(CommitRow commit)
        {
            if (!visited.Add(commit.Id))
                return;
            foreach (CommitRow upstream in tx.DirectCommitProvenance(commit.Id).Where(up => all.ContainsKey(up.Id)))
                Visit(upstream);
            sorted.Add(commit);
        }
    }
}
