namespace FolderInbox;

/// <summary>Compares two streams to their ends, in pieces.</summary>
internal static class StreamEquality
{
    private const int PieceSize = 64 * 1024;

    public static async Task<bool> EqualAsync(Stream one, Stream other, CancellationToken cancellation)
    {
        byte[] first = new byte[PieceSize], second = new byte[PieceSize];
        while (true)
        {
            int read = await one.ReadAtLeastAsync(first, PieceSize, throwOnEndOfStream: false, cancellation);
            int otherRead = await other.ReadAtLeastAsync(second, PieceSize, throwOnEndOfStream: false, cancellation);
            if (!first.AsSpan(0, read).SequenceEqual(second.AsSpan(0, otherRead)))
                return false;
            if (read < PieceSize)
                return true;
        }
    }
}
