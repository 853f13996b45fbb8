namespace Spouts.Local.Store;

/// <summary>
/// Walks several layers as one, file by file: a streaming k-way merge. Each step gathers what every layer says about one
/// (path, datum), deleted files included.
/// </summary>
internal sealed class MergeCursor
{
    private readonly LayerCursor[] _cursors;
    private readonly bool _backwards;
    private readonly string? _upper;
    private readonly List<LayerEntry> _group = [];

    /// <param name="layers">Oldest first.</param>
    /// <param name="upper">Paths at or after it are left out.</param>
    public MergeCursor(Database database, IReadOnlyList<long> layers, string? upper = null, bool backwards = false)
    {
        _cursors = [.. layers.Select(layer => new LayerCursor(database, layer, backwards))];
        _backwards = backwards;
        _upper = upper;
    }

    /// <summary>What the layers say about the file at hand, oldest first; empty at the end.</summary>
    public IReadOnlyList<LayerEntry> Group => _group;

    /// <summary>Moves to the first file at or after (backwards: strictly before) <paramref name="path"/>.</summary>
    public bool Seek(string path)
    {
        foreach (LayerCursor cursor in _cursors)
            cursor.Seek(path, _upper);
        return Gather();
    }

    public bool Next() => Gather();

    // Cursors already stand behind the group at hand; a tier merge keeps their number small, so a linear scan will do.
    private bool Gather()
    {
        _group.Clear();
        Entry? least = null;
        foreach (LayerCursor cursor in _cursors)
        {
            if (cursor.Current is { } entry && (least is null || Order(entry, least) < 0))
                least = entry;
        }

        if (least is null)
            return false;
        for (int i = 0; i < _cursors.Length; i++)
        {
            if (_cursors[i].Current is { } entry && Order(entry, least) == 0)
            {
                _group.Add(new LayerEntry(i, entry));
                _cursors[i].Next(_upper);
            }
        }

        return true;
    }

    private int Order(Entry a, Entry b)
    {
        int order = PathOrder.Compare(a.Path, a.Datum, b.Path, b.Datum);
        return _backwards ? -order : order;
    }
}
