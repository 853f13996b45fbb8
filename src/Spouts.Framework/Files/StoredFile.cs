namespace Spouts;

/// <summary>A file of the spout's own repo, as of the commit that counts.</summary>
/// <param name="Path">Its path, with a leading slash.</param>
/// <param name="SizeBytes">Its size in bytes.</param>
/// <param name="Hash">Opaque bytes, equal for equal content (Pachyderm's <c>FileInfo.hash</c>); not computable by a client.</param>
public sealed record StoredFile(string Path, long SizeBytes, ReadOnlyMemory<byte> Hash);
