using System.Security.Cryptography;
using Spouts.Local.Store;

namespace Spouts.Local.Core.Files;

/// <summary>
/// Reads layers as a tree of files: merges them, puts directories in before their first file, filters, and adds up what
/// is below each directory. Everything streams; only sizes and hashes of directories are remembered until they are shown.
/// </summary>
internal sealed class FileTree(Database database, ChunkStore chunks, IReadOnlyList<long> layers, FileQuery query)
{
    // What the walk ahead has found out, in the order in which the first one will ask; without paths, as there may be many.
    private readonly List<(long Size, Hash Hash)> _measured = [];
    private int _shown;
    private long _ahead;

    /// <summary>Files alone, as the layers have them, collisions and all.</summary>
    public static IEnumerable<FileEntry> Files(Database database, IReadOnlyList<long> layers, FileQuery query)
    {
        MergeCursor cursor = new(database, layers, PathOrder.After(query.Prefix));
        string start = query.Lower is { } lower && PathOrder.Compare(lower, query.Prefix) > 0 ? lower : query.Prefix;
        for (bool more = cursor.Seek(start); more; more = cursor.Next())
        {
            if (query.Datum.Length > 0 && cursor.Group[0].Entry.Datum != query.Datum)
                continue;
            if (FileEntry.Merge(cursor.Group) is { } file)
                yield return file;
        }
    }

    public IEnumerable<FileNode> Nodes()
    {
        // The second walk runs ahead of the first whenever a directory has to be added up before it can be shown.
        using Lookahead<FileEntry> ahead = new(Entries());
        foreach (FileEntry entry in Entries())
        {
            if (query.Upper.Length > 0 && PathOrder.Compare(entry.Path, query.Upper) >= 0)
                yield break;
            if (_ahead == 0)
            {
                _measured.Clear();
                _shown = 0;
                yield return Measure(entry, ahead);
            }
            else if (entry.IsDirectory)
            {
                (long size, Hash hash) = _measured[_shown++];
                yield return new FileNode(entry, size, hash);
            }
            else
            {
                yield return new FileNode(entry, entry.Size, FileHash.Of(entry, chunks));
            }

            _ahead--;
        }
    }

    private FileNode Measure(FileEntry entry, Lookahead<FileEntry> ahead)
    {
        if (ahead.Take()?.Path != entry.Path)
            throw new InvalidOperationException($"The walk ahead is not at {entry.Path}.");
        _ahead++;
        if (!entry.IsDirectory)
            return new FileNode(entry, entry.Size, FileHash.Of(entry, chunks));
        long size = 0;
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        while (ahead.Peek() is { } next && next.Path.StartsWith(entry.Path, StringComparison.Ordinal))
        {
            int place = _measured.Count;
            if (next.IsDirectory)
                _measured.Add(default);
            FileNode child = Measure(next, ahead);
            if (next.IsDirectory)
                _measured[place] = (child.Size, child.Hash);
            size += child.Size;
            hash.AppendData(child.Hash.ToArray());
        }

        return new FileNode(entry, size, Hash.From(hash.GetHashAndReset()));
    }

    private IEnumerable<FileEntry> Entries()
    {
        string whole = "";
        foreach (FileEntry entry in WithDirectories())
        {
            if (query.WholeDirectories && whole.Length > 0 && entry.Path.StartsWith(whole, StringComparison.Ordinal))
            {
                yield return entry;
                continue;
            }

            if (!query.Matches(entry.Path))
                continue;
            if (entry.IsDirectory)
                whole = entry.Path;
            yield return entry;
        }
    }

    private IEnumerable<FileEntry> WithDirectories()
    {
        string lower = query.Lower ?? query.Prefix;
        string last = "";
        FileEntry? previous = null;
        Stack<string> missing = new();
        foreach (FileEntry file in Files(database, layers, query))
        {
            Collisions.Check(previous, file);
            previous = file;
            string at = file.Path;
            while (at != "/")
            {
                string parent = Paths.Parent(at);
                if (PathOrder.Compare(last, parent) >= 0 || PathOrder.Compare(parent, lower) < 0)
                    break;
                missing.Push(parent);
                at = parent;
            }

            while (missing.TryPop(out string? directory))
            {
                yield return FileEntry.Directory(directory);
                last = directory;
            }

            yield return file;
            last = file.Path;
        }
    }
}
