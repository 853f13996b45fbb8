namespace Spouts.Local.Core.Files;

/// <summary>
/// What may not stand side by side. Only neighbours are compared, as in the real server: <c>/a</c>, <c>/a-b</c>,
/// <c>/a/b</c> together pass.
/// </summary>
internal static class Collisions
{
    public static void Check(FileEntry? previous, FileEntry current)
    {
        if (Find(previous, current) is { } error)
            throw new PachException(error);
    }

    public static string? Find(FileEntry? previous, FileEntry? current)
    {
        if (previous is null || current is null)
            return null;
        if (previous.Path == current.Path)
        {
            return $"duplicate path output by different datums ({previous.Path} from {previous.Datum} and {current.Path} from {current.Datum})";
        }

        return current.Path.StartsWith(previous.Path + "/", StringComparison.Ordinal)
            ? $"file / directory path collision ({current.Path})"
            : null;
    }
}
