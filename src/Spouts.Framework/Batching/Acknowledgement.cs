namespace Spouts.Batching;

/// <summary>
/// What to do for a file once it is known whether its batch is durable. It keeps nothing of the file's content.
/// </summary>
internal sealed class Acknowledgement(SpoutFile file)
{
    private const int Open = 0;
    private const int Begun = 1;
    private const int Replaced = 2;

    private int _state;

    // The last delivery of the item that has taken its place; null for itself.
    private Acknowledgement? _latest;

    public string Path { get; } = file.Path;

    /// <summary>The item that the file is made from; null where it is none.</summary>
    public string? Item { get; } = file.Item;

    /// <summary>The path that the source gave to the item's file.</summary>
    public string ItemPath { get; } = file.ItemPath ?? file.Path;

    public Func<CommittedFile, CancellationToken, ValueTask>? Committed { get; } = file.Committed;

    public Func<AbandonedFile, CancellationToken, ValueTask>? Abandoned { get; } = file.Abandoned;

    /// <summary>Whether the item is published with the batch that this belongs to, and not with an earlier one, or an earlier file.</summary>
    public bool IsStaged { get; init; } = true;

    /// <summary>The content of the item; null where it is not known, or not yet.</summary>
    public string? Content { get; set; }

    /// <summary>Whether a later delivery of the item has taken its place.</summary>
    public bool IsReplaced => Volatile.Read(ref _state) == Replaced;

    /// <summary>Begins with it.</summary>
    /// <returns>Whether it is still to be done; false where a later delivery of the item has taken its place.</returns>
    public bool TryBegin() => Interlocked.CompareExchange(ref _state, Begun, Open) != Replaced;

    /// <summary>Has a later delivery of the item take its place, and that of the one before it that had, unless that was begun.</summary>
    public void Replace(Acknowledgement later)
    {
        Interlocked.CompareExchange(ref (_latest ?? this)._state, Replaced, Open);
        _latest = later;
    }
}
