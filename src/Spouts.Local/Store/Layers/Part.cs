using System.Buffers.Binary;

namespace Spouts.Local.Store;

/// <summary>
/// A run of a file's bytes inside one chunk. A part never crosses a 2 MiB block of its file, so that in the usual case a
/// block is exactly one part and <see cref="Content"/> is already the block's hash.
/// </summary>
/// <param name="Chunk">The chunk that holds the bytes.</param>
/// <param name="Offset">Where they begin in the chunk.</param>
/// <param name="Length">How many they are.</param>
/// <param name="Content">The SHA-256 of just these bytes.</param>
internal readonly record struct Part(Hash Chunk, int Offset, int Length, Hash Content)
{
    /// <summary>Bytes of an encoded part; parts of an entry are simply concatenated.</summary>
    public const int EncodedSize = Hash.Size + 4 + 4 + Hash.Size;

    public void Encode(Span<byte> target)
    {
        Chunk.CopyTo(target);
        BinaryPrimitives.WriteInt32LittleEndian(target[Hash.Size..], Offset);
        BinaryPrimitives.WriteInt32LittleEndian(target[(Hash.Size + 4)..], Length);
        Content.CopyTo(target[(Hash.Size + 8)..]);
    }

    public static Part Decode(ReadOnlySpan<byte> source) => new(
        Hash.From(source),
        BinaryPrimitives.ReadInt32LittleEndian(source[Hash.Size..]),
        BinaryPrimitives.ReadInt32LittleEndian(source[(Hash.Size + 4)..]),
        Hash.From(source[(Hash.Size + 8)..]));

    public static byte[] Encode(IReadOnlyList<Part> parts)
    {
        if (parts.Count == 0)
            return [];
        byte[] encoded = new byte[parts.Count * EncodedSize];
        for (int i = 0; i < parts.Count; i++)
            parts[i].Encode(encoded.AsSpan(i * EncodedSize));
        return encoded;
    }

    public static IEnumerable<Part> DecodeAll(byte[] encoded)
    {
        for (int at = 0; at < encoded.Length; at += EncodedSize)
            yield return Decode(encoded.AsSpan(at));
    }
}
