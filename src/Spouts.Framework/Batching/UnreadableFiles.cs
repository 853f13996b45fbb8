using Spouts.Files;

namespace Spouts.Batching;

/// <summary>
/// Counts per file how often its content could not be read, so that a file that stays unreadable goes to the dead letters and no other
/// file does. A file is recognised by its item or, without one, by its place behind the cursors that its source had last committed.
/// </summary>
/// <param name="limit">After how many failures a file goes to the dead letters; null for never, and then nothing is counted.</param>
/// <param name="isReadAgain">
/// Whether a source without a cursor yields the same files again after a failure. If not, a place that has gone to the dead letters is
/// another file's in the next run.
/// </param>
internal sealed class UnreadableFiles(int? limit, bool isReadAgain = true)
{
    /// <summary>The most files that are remembered; the oldest failure is forgotten first.</summary>
    public const int MaxFiles = 10_000;

    // A file of any further path is not counted in this run; after a failure the next run counts from its beginning.
    private const int MaxPaths = 100_000;

    // A batch is confirmed while the next one is read.
    private readonly Lock _lock = new();
    private readonly OrderedDictionary<FilePlace, Failures> _failures = [];
    private readonly Dictionary<string, int> _ordinals = new(StringComparer.Ordinal);
    private string? _cursors;

    /// <summary>A run begins.</summary>
    /// <param name="cursors">The source's cursors, as JSON; null where it has saved none.</param>
    public void Begin(string? cursors)
    {
        lock (_lock)
        {
            _ordinals.Clear();
            _cursors = cursors;
        }
    }

    /// <summary>The run was cut: where a cursor has moved, the next files stand behind its new value.</summary>
    /// <param name="cursors">The source's cursors at the cut, as JSON; null where it has none.</param>
    public void Cut(string? cursors)
    {
        lock (_lock)
        {
            if (cursors == _cursors)
                return;
            _ordinals.Clear();
            _cursors = cursors;
        }
    }

    /// <summary>Takes the next file that the source yields.</summary>
    /// <returns>The file, which knows its place from now on.</returns>
    public SpoutFile Take(SpoutFile file)
    {
        if (limit is null)
            return file;
        if (file.Item is { } item)
            return file.In(new(item, Cursors: null, Path: null, Ordinal: 0));
        lock (_lock)
        {
            bool isKnown = _ordinals.TryGetValue(file.Path, out int before);
            if (!isKnown && _ordinals.Count == MaxPaths)
                return file;
            _ordinals[file.Path] = before + 1;
            return file.In(new(Item: null, _cursors, file.Path, before + 1));
        }
    }

    /// <summary>Why a file goes to the dead letters unread; null where its content is to be read.</summary>
    public string? Reason(SpoutFile file)
    {
        lock (_lock)
        {
            if (file.Place is not { } place || !_failures.TryGetValue(place, out Failures? failures) || failures.Count < limit)
                return null;
            failures.IsPassed = true;
            return failures.Reason;
        }
    }

    /// <summary>The content of a file was read.</summary>
    public void Read(SpoutFile file)
    {
        if (file.Place is not { } place)
            return;
        lock (_lock)
            _failures.Remove(place);
    }

    /// <summary>The content of a file could not be read, and its run has failed.</summary>
    public void Failed(FileContentException failed)
    {
        if (limit is null || failed.Place is not { } place)
            return;
        lock (_lock)
        {
            int before = _failures.Remove(place, out Failures? earlier) ? earlier.Count : 0;
            if (_failures.Count == MaxFiles)
                _failures.RemoveAt(0);
            _failures.Add(place, new(before + 1, failed.Message));
        }
    }

    /// <summary>A batch is durable.</summary>
    /// <param name="files">What hangs on its files.</param>
    /// <param name="hasMoved">Whether a cursor of the source has moved with it.</param>
    /// <param name="hasCursors">Whether the source has a cursor.</param>
    public void Committed(IReadOnlyList<Acknowledgement> files, bool hasMoved, bool hasCursors)
    {
        lock (_lock)
        {
            if (_failures.Count == 0)
                return;
            foreach (Acknowledgement file in files)
            {
                if (file.Item is { } item)
                    _failures.Remove(new(item, Cursors: null, Path: null, Ordinal: 0));
            }

            if (hasMoved)
                Forget(static _ => true);
            else if (!hasCursors)
                Forget(failures => failures.IsPassed || !isReadAgain);
        }
    }

    /// <summary>A run has come to its end: what it had no item for is behind it.</summary>
    public void Ended()
    {
        lock (_lock)
            Forget(static _ => true);
    }

    private void Forget(Func<Failures, bool> isOver)
    {
        for (int i = _failures.Count - 1; i >= 0; i--)
        {
            (FilePlace place, Failures failures) = _failures.GetAt(i);
            if (place.Item is null && isOver(failures))
                _failures.RemoveAt(i);
        }
    }

    private sealed class Failures(int count, string reason)
    {
        public int Count => count;

        public string Reason => reason;

        public bool IsPassed { get; set; }
    }
}
