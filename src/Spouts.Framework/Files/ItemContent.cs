using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;

namespace Spouts.Files;

/// <summary>
/// How the ledger tells the content of an item from another one that comes under the same id: 24 bits of its hash, or, of more than
/// 1 MiB, of its length, in four characters.
/// </summary>
internal static class ItemContent
{
    /// <summary>The number of characters.</summary>
    public const int Length = 4;

    /// <summary>Up to how many bytes the content itself is hashed.</summary>
    public const int MaxHashed = 1 << 20;

    public static string Of(ReadOnlySpan<byte> content)
    {
        if (content.Length > MaxHashed)
            return OfLength(content.Length);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(content, hash);
        return OfHash(hash);
    }

    public static string OfHash(ReadOnlySpan<byte> hash) => Base64Url.EncodeToString(hash[..(Length * 3 / 4)]);

    public static string OfLength(long length)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, length);
        return Of(bytes);
    }

    /// <summary>Reads the content of an item that came before, no further than needed.</summary>
    /// <returns>
    /// What it makes of it; null where it cannot be read, or is too long and does not say how long it is. And the file, whose content it may be
    /// that can be opened once only: in memory where it was read whole, or in a stream, to be disposed where the file is not staged.
    /// </returns>
    public static async ValueTask<(string? Content, SpoutFile File, Stream? Open)> ReadAsync(SpoutFile file, CancellationToken cancellationToken)
    {
        if (file.IsInMemory)
            return (Of(file.Content.Span), file, null);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(MaxHashed + 1);
        try
        {
            Stream content = await file.OpenAsync(cancellationToken).ConfigureAwait(false);
            bool isHeld = false;
            try
            {
                long start = content.CanSeek ? content.Position : 0;
                int read = await content.ReadAtLeastAsync(buffer.AsMemory(0, MaxHashed + 1), MaxHashed + 1, throwOnEndOfStream: false, cancellationToken)
                    .ConfigureAwait(false);
                if (read <= MaxHashed)
                    return (Of(buffer.AsSpan(0, read)), file.Holding(buffer.AsSpan(0, read).ToArray()), null);
                if (!content.CanSeek)
                    return (null, file, null);
                content.Position = start;
                string length = OfLength(content.Length - start);
                isHeld = true;
                return (length, file.Reading(content), content);
            }
            finally
            {
                if (!isHeld)
                    await content.DisposeAsync().ConfigureAwait(false);
            }
        }
        catch (Exception unreadable) when (unreadable is not SpoutConfigurationException && !cancellationToken.IsCancellationRequested)
        {
            // It is in the repo already: what is behind the second delivery may be gone.
            return (null, file, null);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
