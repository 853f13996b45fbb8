using Spouts.Ledgers;

namespace Spouts.Batching;

/// <summary>
/// The items of a queue that a source must not publish again: those that the ledger holds, those of the batches that are staged or being
/// published, and for a while those that the ledger has let go, since a second delivery may be on its way. Taken by the source while its
/// last batch is being published.
/// </summary>
internal sealed class KnownItems
{
    /// <summary>How many of them wait for their acknowledgement before a batch is cut for it.</summary>
    public const int MaxWaiting = 1000;

    // More than any client has in its buffer.
    private const int MaxReleased = 65_536;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Acknowledgement> _staged = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Acknowledgement> _latest = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string?> _released = new(StringComparer.Ordinal);
    private readonly Queue<(string Id, TimeSpan At)> _order = new();
    private Dictionary<string, string?> _published;

    public KnownItems(IEnumerable<StoredItem> published) => _published = Contents(published);

    /// <summary>How many items are staged or being published.</summary>
    public int Staged
    {
        get
        {
            lock (_lock)
                return _staged.Count;
        }
    }

    /// <summary>Whether an item is published.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="content">What it was published with, one or more contents; null where the id matches alone.</param>
    public bool Contains(string id, out string? content)
    {
        lock (_lock)
            return _published.TryGetValue(id, out content) || _released.TryGetValue(id, out content);
    }

    /// <summary>The file of an item that is staged or being published.</summary>
    public Acknowledgement? FindStaged(string id)
    {
        lock (_lock)
            return _staged.GetValueOrDefault(id);
    }

    /// <summary>Whether an item that came again waits for its acknowledgement.</summary>
    public bool IsAwaited(string id)
    {
        lock (_lock)
            return _latest.TryGetValue(id, out Acknowledgement? latest) && !latest.IsStaged;
    }

    /// <summary>Notes an item that is being staged.</summary>
    public void Stage(Acknowledgement file)
    {
        lock (_lock)
            _staged[file.Item!] = _latest[file.Item!] = file;
    }

    /// <summary>Notes an item that came again.</summary>
    /// <param name="file">What hangs on it.</param>
    /// <param name="replaces">
    /// Whether what was to be done for its earlier delivery is not done any more; it is where that one was staged for its other content.
    /// </param>
    public void Repeat(Acknowledgement file, bool replaces)
    {
        lock (_lock)
        {
            if (replaces && _staged.TryGetValue(file.Item!, out Acknowledgement? staged))
                staged.Replace(file);
            _latest[file.Item!] = file;
        }
    }

    /// <summary>Notes that everything was done for a delivery.</summary>
    public void Acknowledge(Acknowledgement file)
    {
        lock (_lock)
        {
            if (_latest.GetValueOrDefault(file.Item!) == file)
                _latest.Remove(file.Item!);
        }
    }

    /// <summary>Notes what the ledger holds behind a commit of the source: what it has let go stays known for a while.</summary>
    /// <param name="published">The items in the ledger.</param>
    /// <param name="batch">The files of the batch, which are not staged any more.</param>
    /// <param name="now">What the source has run.</param>
    /// <param name="keep">For how long an item stays known that the ledger has let go.</param>
    public void Commit(IEnumerable<StoredItem> published, IEnumerable<Acknowledgement> batch, TimeSpan now, TimeSpan keep)
    {
        Dictionary<string, string?> held = Contents(published);
        lock (_lock)
        {
            foreach ((string id, string? content) in _published)
            {
                if (!held.ContainsKey(id) && _released.TryAdd(id, content))
                    _order.Enqueue((id, now));
            }

            while (_order.TryPeek(out (string Id, TimeSpan At) oldest) && (_order.Count > MaxReleased || now - oldest.At >= keep))
                _released.Remove(_order.Dequeue().Id);
            _published = held;
            foreach (Acknowledgement file in batch.Where(static file => file is { Item: not null, IsStaged: true }))
                _staged.Remove(file.Item!);
        }
    }

    /// <summary>Takes the ledger as it is, after somebody else has changed it.</summary>
    /// <param name="published">The items in the ledger.</param>
    /// <param name="isOlder">Whether it is no later one than the last that was known: what that had let go may be gone with it.</param>
    public void Reset(IEnumerable<StoredItem> published, bool isOlder)
    {
        Dictionary<string, string?> held = Contents(published);
        lock (_lock)
        {
            _published = held;
            if (!isOlder)
                return;
            _released.Clear();
            _order.Clear();
        }
    }

    /// <summary>Forgets what was staged: a run begins, and the one before has left nothing.</summary>
    public void Begin()
    {
        lock (_lock)
        {
            _staged.Clear();
            _latest.Clear();
        }
    }

    // An item may be known with several contents; without one of an older ledger its id matches alone.
    private static Dictionary<string, string?> Contents(IEnumerable<StoredItem> items)
    {
        Dictionary<string, string?> contents = new(StringComparer.Ordinal);
        foreach (StoredItem item in items)
        {
            contents[item.Id] = !contents.TryGetValue(item.Id, out string? others) ? item.Content
                : others is null || item.Content is null ? null : others + item.Content;
        }

        return contents;
    }
}
