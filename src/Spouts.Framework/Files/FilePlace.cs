namespace Spouts.Files;

/// <summary>
/// Which of the files that a source yields one is, so that it is recognised when the source yields it again: its item, or else its place
/// behind a state of the source's cursors.
/// </summary>
/// <param name="Item">The item as the ledger keeps it; null where the place counts.</param>
/// <param name="Cursors">The cursors that it stands behind, as JSON; null where its source has saved none.</param>
/// <param name="Path">Its path; null where the item counts.</param>
/// <param name="Ordinal">How many files of this path there were behind those cursors, with this one.</param>
internal readonly record struct FilePlace(string? Item, string? Cursors, string? Path, int Ordinal);
