using System.Globalization;

namespace Spouts.Local.Core.Metadata;

/// <summary>Sizes as people write them, in powers of a thousand whatever the unit is called: <c>10</c>, <c>1.5 kB</c>, <c>2MiB</c>.</summary>
internal static class HumanSize
{
    private const string Units = "kmgtp";

    public static long Parse(string text)
    {
        int last = text.LastIndexOfAny([.. "0123456789. "]);
        if (last < 0)
            throw new PachException($"invalid size: '{text}'");
        string number = text[last] == ' ' ? text[..last] : text[..(last + 1)];
        if (!double.TryParse(number, NumberStyles.Float & ~NumberStyles.AllowLeadingWhite & ~NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out double size))
            throw new PachException($"strconv.ParseFloat: parsing \"{number}\": invalid syntax");
        if (size < 0)
            throw new PachException($"invalid size: '{text}'");
        return (long)(size * Factor(text[(last + 1)..]));
    }

    private static double Factor(string suffix)
    {
        string lower = suffix.Length > 3 ? suffix : suffix.ToLowerInvariant();
        if (lower is "" or "b")
            return 1;
        int unit = Units.IndexOf(lower[0], StringComparison.Ordinal);
        return unit >= 0 && lower[1..] is "" or "b" or "ib"
            ? Math.Pow(1000, unit + 1)
            : throw new PachException($"invalid suffix: '{lower}'");
    }
}
