using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Spouts.Bench.Upload;

/// <summary>
/// Bytes that are told by their number: random ones, the same everywhere but for the number in front. No two pieces are
/// equal, so that a store cannot keep one for both, and none has to be kept to be compared.
/// </summary>
internal sealed class Content
{
    private readonly byte[] _bytes;

    public Content(int size)
    {
        _bytes = new byte[size];
        new Random(size).NextBytes(_bytes);
    }

    public int Size => _bytes.Length;

    /// <summary>Piece <paramref name="number"/>; good until the next one is asked for.</summary>
    public ReadOnlyMemory<byte> this[long number]
    {
        get
        {
            BinaryPrimitives.WriteInt64BigEndian(_bytes, number);
            return _bytes;
        }
    }

    /// <summary>The hash that Pachyderm's protocol shows of a file that is this piece and no larger than a block.</summary>
    public byte[] HashOf(long number) => SHA256.HashData(SHA256.HashData(this[number].Span));
}
