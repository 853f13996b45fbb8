using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Spouts.Local.Store;

/// <summary>A SHA-256.</summary>
[InlineArray(Size)]
internal struct Hash : IEquatable<Hash>
{
    public const int Size = 32;
    private byte _first;

    public static Hash Of(ReadOnlySpan<byte> data)
    {
        Hash hash = default;
        SHA256.HashData(data, MemoryMarshal.AsBytes(MemoryMarshal.CreateSpan(ref hash, 1)));
        return hash;
    }

    public static Hash From(ReadOnlySpan<byte> bytes)
    {
        Hash hash = default;
        bytes[..Size].CopyTo(hash);
        return hash;
    }

    public readonly void CopyTo(Span<byte> target) => ((ReadOnlySpan<byte>)this).CopyTo(target);

    public readonly byte[] ToArray() => ((ReadOnlySpan<byte>)this).ToArray();

    public readonly bool Equals(Hash other) => ((ReadOnlySpan<byte>)this).SequenceEqual(other);

    public override readonly bool Equals(object? obj) => obj is Hash other && Equals(other);

    public override readonly int GetHashCode() => BitConverter.ToInt32(this);

    public override readonly string ToString() => Convert.ToHexStringLower(this);
}
