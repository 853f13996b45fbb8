using System.Buffers;
using System.Security.Cryptography;
using Spouts.Local.Store;

namespace Spouts.Local.Core.Files;

/// <summary>
/// The hash of a file: SHA-256 over the SHA-256s of its 2 MiB blocks. It depends on the bytes alone, not on the pieces,
/// appends or chunks they came in; blocks that are exactly one part need no reading.
/// </summary>
internal static class FileHash
{
    public static Hash Of(FileEntry file, ChunkStore chunks) => Of([.. file.Parts], chunks);

    public static Hash Of(IReadOnlyList<Part> parts, ChunkStore chunks)
    {
        using IncrementalHash file = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        IncrementalHash? block = null;
        byte[]? buffer = null;
        int filled = 0;
        try
        {
            for (int i = 0; i < parts.Count; i++)
            {
                Part part = parts[i];
                int used = 0;
                while (used < part.Length)
                {
                    int take = Math.Min(part.Length - used, ChunkStore.BlockSize - filled);
                    bool endsBlock = filled + take == ChunkStore.BlockSize || (i == parts.Count - 1 && used + take == part.Length);
                    if (filled == 0 && take == part.Length && endsBlock)
                    {
                        file.AppendData(part.Content.ToArray());
                    }
                    else
                    {
                        block ??= IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
                        buffer ??= ArrayPool<byte>.Shared.Rent(64 * 1024);
                        Feed(block, chunks, part, used, take, buffer);
                        if (endsBlock)
                            file.AppendData(block.GetHashAndReset());
                    }

                    filled = endsBlock ? 0 : filled + take;
                    used += take;
                }
            }

            return Hash.From(file.GetHashAndReset());
        }
        finally
        {
            block?.Dispose();
            if (buffer is not null)
                ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static void Feed(IncrementalHash block, ChunkStore chunks, Part part, int from, int length, byte[] buffer)
    {
        for (int done = 0; done < length;)
        {
            Span<byte> piece = buffer.AsSpan(0, Math.Min(buffer.Length, length - done));
            chunks.Read(part.Chunk, part.Offset + from + done, piece);
            block.AppendData(piece);
            done += piece.Length;
        }
    }
}
