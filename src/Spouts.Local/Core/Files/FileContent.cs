using Spouts.Local.Store;

namespace Spouts.Local.Core.Files;

/// <summary>Reads the bytes of a file piece by piece.</summary>
internal static class FileContent
{
    /// <summary>Pieces of at most <paramref name="pieceSize"/> bytes, all in one buffer: each is good until the next is asked for.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> Read(FileEntry file, ChunkStore chunks, long offset, int pieceSize)
    {
        long left = file.Size - offset;
        byte[] piece = GC.AllocateUninitializedArray<byte>((int)Math.Clamp(left, 0, pieceSize));
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
                int take = Math.Min(part.Length - at, piece.Length - filled);
                chunks.Read(part.Chunk, part.Offset + at, piece.AsSpan(filled, take));
                at += take;
                filled += take;
                left -= take;
                if (filled < piece.Length && left > 0)
                    continue;
                yield return piece.AsMemory(0, filled);
                filled = 0;
            }

            offset = 0;
        }
    }
}
