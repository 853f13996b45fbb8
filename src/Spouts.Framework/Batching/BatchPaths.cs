using Spouts.Files;

namespace Spouts.Batching;

/// <summary>
/// The paths of a batch and what happens to each, as many as fit a bounded memory. Refuses a path that is a file here and a folder
/// there: Pachyderm would find that only after the commit was finished, and then no reader would get any of it.
/// </summary>
internal sealed class BatchPaths(int most)
{
    /// <summary>The most paths that are kept; for the others Pachyderm's own check has to do.</summary>
    public const int Most = 65_536;

    private readonly Dictionary<string, FileChange> _changes = new(StringComparer.Ordinal);
    private readonly HashSet<string> _folders = new(StringComparer.Ordinal);
    private long _others;

    public BatchPaths()
        : this(Most)
    {
    }

    /// <summary>What happens to each path that is kept.</summary>
    public IReadOnlyDictionary<string, FileChange> Changes => _changes;

    /// <summary>How many paths there are; of those that are not kept, each piece counts.</summary>
    public long Count => _changes.Count + _others;

    /// <summary>Whether something is appended to a path that is not kept, so that nobody knows on what.</summary>
    public bool AppendsToOthers { get; private set; }

    /// <exception cref="InvalidOperationException">The path collides with another of the batch.</exception>
    public void Add(SpoutFile file)
    {
        if (file.Change is not FileChange.Delete)
            RefuseCollision(file.Path);
        bool known = _changes.TryGetValue(file.Path, out FileChange before);
        if (known || _changes.Count < most)
        {
            _changes[file.Path] = known ? Together(before, file.Change) : file.Change;
            return;
        }

        _others++;
        AppendsToOthers |= file.Change is FileChange.Append;
    }

    /// <summary>The paths of the batch without some of them, and with others instead.</summary>
    public BatchPaths Instead(IReadOnlyCollection<string> of, IEnumerable<SpoutFile> files)
    {
        BatchPaths changed = new() { AppendsToOthers = AppendsToOthers, _others = _others };
        foreach ((string path, FileChange change) in _changes.Where(change => !of.Contains(change.Key)))
            changed._changes.Add(path, change);
        foreach (SpoutFile file in files)
            changed.Add(file);
        return changed;
    }

    // What an append stands on is either the batch's own content or, behind an append, still the parent's.
    private static FileChange Together(FileChange before, FileChange then) =>
        then is FileChange.Append && before is not FileChange.Append ? FileChange.Replace : then;

    private void RefuseCollision(string path)
    {
        if (_folders.Contains(path))
            throw Collision(path, "a file below it");
        for (int slash = path.LastIndexOf('/'); slash > 0; slash = path.LastIndexOf('/', slash - 1))
        {
            string folder = path[..slash];
            if (_changes.TryGetValue(folder, out FileChange change) && change is not FileChange.Delete)
                throw Collision(folder, path);
            if (_folders.Count == most || !_folders.Add(folder))
                break;
        }
    }

    private static InvalidOperationException Collision(string file, string below) => new(
        $"One run yielded both a file {file} and {below}. A path is a file or a folder, not both: change how the source makes its paths.");
}
