using System.Globalization;
using System.Text;

namespace Spouts.Local.Services;

/// <summary>
/// The header blocks of a tar entry: ustar, preceded by a PAX record when the name or the size does not fit. (The library's
/// writer cannot write a header without its content.)
/// </summary>
internal static class TarHeader
{
    public const int Block = 512;
    private const int NameLength = 100;
    private const long LargestSize = 0x1_FFFF_FFFF;

    public static byte[] Create(string path, long size, bool directory)
    {
        byte[] name = Encoding.UTF8.GetBytes(path);
        if (name.Length <= NameLength && name.Length == path.Length && size <= LargestSize)
            return Plain(name, size, directory ? '5' : '0', directory);
        byte[] records = [.. Record("path", path), .. size > LargestSize ? Record("size", size.ToString(CultureInfo.InvariantCulture)) : []];
        byte[] padded = new byte[(records.Length + Block - 1) / Block * Block];
        records.CopyTo(padded, 0);
        byte[] stub = name[..Math.Min(name.Length, NameLength)];
        return [.. Plain("PaxHeaders.0/file"u8, records.Length, 'x', false), .. padded, .. Plain(stub, size > LargestSize ? 0 : size, directory ? '5' : '0', directory)];
    }

    private static byte[] Plain(ReadOnlySpan<byte> name, long size, char type, bool directory)
    {
        byte[] header = new byte[Block];
        name.CopyTo(header);
        Octal(header.AsSpan(100, 8), directory ? 0b111_101_101 : 0b110_100_100);
        Octal(header.AsSpan(108, 8), 0);
        Octal(header.AsSpan(116, 8), 0);
        Octal(header.AsSpan(124, 12), size);
        Octal(header.AsSpan(136, 12), 0);
        header[156] = (byte)type;
        "ustar\0"u8.CopyTo(header.AsSpan(257));
        "00"u8.CopyTo(header.AsSpan(263));
        // The sum is taken with blanks in its own place.
        header.AsSpan(148, 8).Fill((byte)' ');
        Octal(header.AsSpan(148, 7), header.Sum(b => (long)b));
        return header;
    }

    // "27 path=some/name\n", where the number counts the whole record, itself included.
    private static byte[] Record(string key, string value)
    {
        int rest = Encoding.UTF8.GetByteCount(value) + key.Length + 3;
        int length = rest + 1;
        while (length != rest + length.ToString(CultureInfo.InvariantCulture).Length)
            length = rest + length.ToString(CultureInfo.InvariantCulture).Length;
        return Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{length} {key}={value}\n"));
    }

    private static void Octal(Span<byte> field, long value)
        => Encoding.ASCII.GetBytes(Convert.ToString(value, 8).PadLeft(field.Length - 1, '0')).CopyTo(field);
}
