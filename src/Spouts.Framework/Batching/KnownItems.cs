namespace Spouts.Batching;

/// <summary>
/// The items of a queue that a run must not publish again: those that the ledger holds, and the last ones that the run has staged itself.
/// </summary>
internal sealed class KnownItems(IEnumerable<string> published)
{
    /// <summary>The most of them in one batch: the ledger, which has the last batch's, goes with every commit.</summary>
    public const int MostInBatch = 1000;

    // One batch is published while the next is staged, and one more is to spare.
    private const int MostStaged = 3 * MostInBatch;

    private readonly HashSet<string> _published = new(published, StringComparer.Ordinal);
    private readonly HashSet<string> _staged = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = new();

    /// <summary>Notes an item.</summary>
    /// <returns>Whether it is new; false where it came before.</returns>
    public bool Add(string item)
    {
        if (_published.Contains(item) || !_staged.Add(item))
            return false;
        _order.Enqueue(item);
        if (_order.Count > MostStaged)
            _staged.Remove(_order.Dequeue());
        return true;
    }
}
