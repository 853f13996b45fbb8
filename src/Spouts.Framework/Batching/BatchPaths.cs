using Spouts.Files;

namespace Spouts.Batching;

/// <summary>
/// The paths of a batch and what happens to each, as many as fit a bounded memory. Refuses a path that is a file here and a folder
/// there: Pachyderm would find that only after the commit was finished, and then no reader would get any of it.
/// </summary>
internal sealed class BatchPaths(int most)
{
    /// <summary>The most paths that are kept; for the others Pachyderm's own check has to do.</summary>
    public const int Most = 16_384;

    private readonly Dictionary<string, PathChange> _changes = new(StringComparer.Ordinal);
    private readonly HashSet<string> _folders = new(StringComparer.Ordinal);
    private long _others;

    public BatchPaths()
        : this(Most)
    {
    }

    /// <summary>What happens to each path that is kept.</summary>
    public IReadOnlyDictionary<string, PathChange> Changes => _changes;

    /// <summary>How many paths there are; of those that are not kept, each piece counts.</summary>
    public long Count => _changes.Count + _others;

    /// <summary>Whether something is appended to a path that is not kept, so that nobody knows on what.</summary>
    public bool AppendsToOthers { get; private set; }

    /// <exception cref="ArgumentException">The path collides with another of the batch.</exception>
    public void Add(SpoutFile file)
    {
        if (file.Change is not FileChange.Delete)
            RefuseCollision(file.Path);
        bool known = _changes.TryGetValue(file.Path, out PathChange before);
        if (known || _changes.Count < most)
        {
            _changes[file.Path] = known ? Together(before, file.Change) : new(file.Change, Bytes: 0);
            return;
        }

        _others++;
        AppendsToOthers |= file.Change is FileChange.Append;
    }

    /// <summary>Notes how many bytes were staged for a path that was added.</summary>
    public void Grow(string path, long bytes)
    {
        if (_changes.TryGetValue(path, out PathChange change))
            _changes[path] = change with { Bytes = change.Bytes + bytes };
    }

    /// <summary>The same paths without some of them.</summary>
    public BatchPaths Without(IReadOnlyCollection<string> paths)
    {
        BatchPaths left = new() { AppendsToOthers = AppendsToOthers, _others = _others };
        foreach ((string path, PathChange change) in _changes.Where(change => !paths.Contains(change.Key)))
            left._changes.Add(path, change);
        return left;
    }

    // What an append stands on is either the batch's own content or, behind an append, still the parent's.
    private static PathChange Together(PathChange before, FileChange then) =>
        then is not FileChange.Append ? new(then, Bytes: 0)
        : before.Change is FileChange.Append ? before
        : before with { Change = FileChange.Replace };

    private void RefuseCollision(string path)
    {
        if (_folders.Contains(path))
            throw Collision(path, "a file below it");
        foreach (string folder in SpoutPath.Folders(path))
        {
            if (_changes.TryGetValue(folder, out PathChange known) && known.Change is not FileChange.Delete)
                throw Collision(folder, path);
            if (_folders.Count == most || !_folders.Add(folder))
                break;
        }
    }

    private static ArgumentException Collision(string file, string below) => new(
        $"One batch would have both a file {file} and {below}. A path is a file or a folder, not both: change how the files get their paths.");
}
