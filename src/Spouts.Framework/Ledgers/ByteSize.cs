using System.Globalization;

namespace Spouts.Ledgers;

/// <summary>Numbers of bytes as people read them, in powers of 1000.</summary>
internal static class ByteSize
{
    private static readonly string[] Units = ["kB", "MB", "GB", "TB", "PB", "EB"];

    public static string Format(long bytes)
    {
        if (bytes < 1000)
            return string.Create(CultureInfo.InvariantCulture, $"{bytes} B");
        double scaled = bytes;
        int unit = -1;
        while (scaled >= 999.95 && unit < Units.Length - 1)
        {
            scaled /= 1000;
            unit++;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{scaled:0.0} {Units[unit]}");
    }
}
