using Spouts.Local.Store;

namespace Spouts.Local.Core.Files;

/// <summary>Sizes of commits that are cheap to tell because they need not be exact.</summary>
internal static class CommitSizes
{
    /// <summary>
    /// The bytes in all layers that a commit shows; 0 while the commit below it is unfinished. A forgotten commit is refused,
    /// as it is to readers.
    /// </summary>
    public static long UpperBound(Tx tx, CommitRow commit)
    {
        bool hasTotal = commit is { Finished: not null, Error: "" };
        if (!hasTotal && OpenedFiles.Base(tx, commit) is { Finished: null })
            return 0;
        return OpenedFiles.LayersOf(tx, commit.Id).Sum(layer => tx.Scalar<long>(
            "SELECT coalesce(sum(size), 0) FROM entry WHERE layer = @layer", new { layer }));
    }
}
