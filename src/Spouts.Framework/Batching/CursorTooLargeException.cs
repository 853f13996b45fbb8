using System.Text.Json;
using Spouts.Ledgers;

namespace Spouts.Batching;

/// <summary>The cursors of a source have outgrown what a commit can carry. It ends its source, and not those beside it.</summary>
internal sealed class CursorTooLargeException(string spout, string source, string cursor, int length, int most) : Exception(
    $"The cursor '{cursor}' of {spout}/{source} has {length} characters as JSON, and all of the source's have room for {most}: they travel with every commit. What was not "
    + "committed is not kept. Keep positions and ids in a cursor, not contents or sets that grow: files whose paths are made from the items, looked up with "
    + "SpoutContext.Files, need none.")
{
    /// <summary>Refuses a ledger that no commit could carry, because of what one of its sources has in it.</summary>
    public static void ThrowIfTooLarge(Ledger ledger, SourceKey source, string spout)
    {
        if (ledger.Entry(source).Cursors is not { } cursors || cursors.Length <= ledger.RoomFor(source))
            return;
        using JsonDocument document = JsonDocument.Parse(cursors);
        JsonProperty largest = document.RootElement.EnumerateObject().MaxBy(static cursor => cursor.Value.GetRawText().Length);
        throw new CursorTooLargeException(spout, source.Name, largest.Name, largest.Value.GetRawText().Length, ledger.RoomFor(source));
    }
}
