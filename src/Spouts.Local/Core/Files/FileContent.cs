using Spouts.Local.Store;

namespace Spouts.Local.Core.Files;

/// <summary>Reads the bytes of a file piece by piece.</summary>
internal static class FileContent
{
    /// <summary>Pieces of at most <paramref name="pieceSize"/> bytes, each in an array of its own.</summary>
    public static IEnumerable<byte[]> Read(FileEntry file, ChunkStore chunks, long offset, int pieceSize)
    {
        foreach (Part part in file.Parts)
        {
            if (offset >= part.Length)
            {
                offset -= part.Length;
                continue;
            }

            for (int at = (int)offset; at < part.Length; at += pieceSize)
            {
                byte[] piece = GC.AllocateUninitializedArray<byte>(Math.Min(pieceSize, part.Length - at));
                chunks.Read(part.Chunk, part.Offset + at, piece);
                yield return piece;
            }

            offset = 0;
        }
    }
}
