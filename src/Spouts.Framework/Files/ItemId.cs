using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Spouts.Files;

/// <summary>
/// How the ledger keeps the id of an item: always as long, and without showing what a queue calls its messages. 72 bits: four thousand
/// items that are compared with each new one of a billion a day make a mistake likely in a million years.
/// </summary>
internal static class ItemId
{
    /// <summary>The number of characters.</summary>
    public const int Length = 12;

    public static string Of(string id)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(id), hash);
        return Base64Url.EncodeToString(hash[..(Length * 3 / 4)]);
    }
}
