using Spouts.Local.Store;

namespace Spouts.Local.Core.Files;

/// <summary>Sizes of commits that are cheap to tell because they need not be exact.</summary>
internal static class CommitSizes
{
    /// <summary>The bytes in all layers that a commit shows; 0 while the commit below it is unfinished.</summary>
    public static long UpperBound(Tx tx, CommitRow commit)
    {
        if (commit is { Finished: not null, Error: "" } && !commit.HasTotal)
            return 0;
        if (OpenedFiles.Base(tx, commit) is { } below && (below.Finished is null || !below.HasTotal))
            return 0;
        return OpenedFiles.LayersOf(tx, commit.Id).Sum(layer => tx.Scalar<long>(
            "SELECT coalesce(sum(size), 0) FROM entry WHERE layer = @layer", new { layer }));
    }
}
