using Spouts.Files;

namespace Spouts.Ledgers;

/// <summary>An item of a queue as the ledger keeps it.</summary>
/// <param name="Id">What <see cref="ItemId"/> makes of its id.</param>
/// <param name="Content">What <see cref="ItemContent"/> makes of its content; null where that is not known, so that the id matches alone.</param>
internal readonly record struct StoredItem(string Id, string? Content)
{
    /// <summary>The number of characters in the ledger.</summary>
    public const int Length = ItemId.Length + ItemContent.Length;

    // Not in the alphabet of base64.
    private const string UnknownContent = "....";

    public override string ToString() => Id + (Content ?? UnknownContent);

    public static StoredItem From(string text) => new(text[..ItemId.Length], text[ItemId.Length..] is UnknownContent ? null : text[ItemId.Length..]);
}
