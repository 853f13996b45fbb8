using System.Buffers.Binary;
using Spouts.Local.Store;

namespace Spouts.Local.Core.Files;

/// <summary>
/// Names a file set: <c>&lt;32 hex&gt;.&lt;64 hex&gt;</c>. The first part is its key; the second depends on its layers
/// alone, so it is equal for sets composed of the same sets.
/// </summary>
internal static class FileSetHandle
{
    private const int TokenLength = 32;

    /// <summary>The key within a handle; a key alone is a handle too.</summary>
    public static string Parse(string handle)
    {
        int dot = handle.IndexOf('.');
        string token = (dot < 0 ? handle : handle[..dot]).Replace("-", "", StringComparison.Ordinal);
        if (token.Length < TokenLength)
            throw new PachException($"parsing fileset.Token: too short to be Token len={token.Length}");
        if (token.Length > TokenLength)
            throw new PachException($"parsing fileset.Token: too long to be Token len={token.Length}");
        return token;
    }

    public static string Format(string token, IReadOnlyList<long> layers)
    {
        byte[] all = new byte[layers.Count * sizeof(long)];
        for (int i = 0; i < layers.Count; i++)
            BinaryPrimitives.WriteInt64BigEndian(all.AsSpan(i * sizeof(long)), layers[i]);
        return $"{token}.{Hash.Of(all)}";
    }
}
