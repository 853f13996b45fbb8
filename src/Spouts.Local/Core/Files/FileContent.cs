using Spouts.Local.Store;

namespace Spouts.Local.Core.Files;

/// <summary>Reads the bytes of a file piece by piece.</summary>
internal static class FileContent
{
    /// <summary>Pieces of at most <paramref name="pieceSize"/> bytes, each in an array of its own.</summary>
    public static IEnumerable<byte[]> Read(FileEntry file, ChunkStore chunks, long offset, int pieceSize)
    {
        long left = file.Size - offset;
        byte[] piece = [];
        int filled = 0;
        foreach (Part part in file.Parts)
        {
            if (offset >= part.Length)
            {
                offset -= part.Length;
                continue;
            }

            for (int at = (int)offset; at < part.Length;)
            {
                if (filled == piece.Length)
                {
                    piece = GC.AllocateUninitializedArray<byte>((int)Math.Min(pieceSize, left));
                    filled = 0;
                }

                int take = Math.Min(part.Length - at, piece.Length - filled);
                chunks.Read(part.Chunk, part.Offset + at, piece.AsSpan(filled, take));
                at += take;
                filled += take;
                left -= take;
                if (filled == piece.Length)
                    yield return piece;
            }

            offset = 0;
        }
    }
}
