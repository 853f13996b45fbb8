using Spouts.Files;

namespace Spouts.Batching;

/// <summary>
/// The paths of a batch and what happens to each. Refuses a path that is a file here and a folder there: Pachyderm would find
/// that only after the commit was finished, and then no reader would get any of it.
/// </summary>
internal sealed class BatchPaths
{
    private readonly Dictionary<string, FileChange> _changes = new(StringComparer.Ordinal);
    private readonly HashSet<string> _folders = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, FileChange> Changes => _changes;

    /// <exception cref="InvalidOperationException">The path collides with another of the batch.</exception>
    public void Add(SpoutFile file)
    {
        if (file.Change is not FileChange.Delete)
            RefuseCollision(file.Path);
        bool known = _changes.TryGetValue(file.Path, out FileChange before);
        _changes[file.Path] = known ? Together(before, file.Change) : file.Change;
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
            if (!_folders.Add(folder))
                break;
        }
    }

    private static InvalidOperationException Collision(string file, string below) => new(
        $"One run yielded both a file {file} and {below}. A path is a file or a folder, not both: change how the source makes its paths.");
}
