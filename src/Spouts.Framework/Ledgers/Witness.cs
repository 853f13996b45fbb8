namespace Spouts.Ledgers;

/// <summary>
/// One path that a batch changes, and how it looks afterwards: what tells a recovery whether the batch of a pending commit got
/// into it.
/// </summary>
/// <param name="Path">The path.</param>
/// <param name="Size">The size in bytes that it has afterwards; null where it is gone.</param>
/// <param name="Was">The hash in hex that it had before, where its size was the same; null where the size alone tells.</param>
/// <param name="IsAppend">Whether the batch appends to it: then more than <paramref name="Size"/> shows that it was attached twice.</param>
internal sealed record Witness(string Path, long? Size, string? Was = null, bool IsAppend = false);
