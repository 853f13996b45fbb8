using Spouts.Local.Store;

namespace Spouts.Local.Core.Files;

/// <summary>Compares two sorted walks; what has the same path and hash on both sides is no difference.</summary>
internal static class FileDiff
{
    public static IEnumerable<(FileNode? Old, FileNode? New)> Between(IEnumerable<FileNode> older, IEnumerable<FileNode> newer)
    {
        using IEnumerator<FileNode> left = older.GetEnumerator();
        using IEnumerator<FileNode> right = newer.GetEnumerator();
        bool hasLeft = left.MoveNext(), hasRight = right.MoveNext();
        while (hasLeft || hasRight)
        {
            int order = !hasLeft ? 1 : !hasRight ? -1 : PathOrder.Compare(left.Current.Path, right.Current.Path);
            if (order != 0 || !left.Current.Hash.Equals(right.Current.Hash))
                yield return (order <= 0 ? left.Current : null, order >= 0 ? right.Current : null);
            if (order <= 0)
                hasLeft = left.MoveNext();
            if (order >= 0)
                hasRight = right.MoveNext();
        }
    }
}
