namespace Spouts.Local.Store;

/// <summary>
/// The order of paths: by UTF-8 bytes, as SQLite sorts them. Plain ordinal comparison of UTF-16 would put characters
/// beyond the basic plane elsewhere and break every merge.
/// </summary>
internal static class PathOrder
{
    public static int Compare(string a, string b)
    {
        int length = Math.Min(a.Length, b.Length);
        for (int i = 0; i < length; i++)
        {
            char x = a[i], y = b[i];
            if (x != y)
                return Rank(x) - Rank(y);
        }

        return a.Length - b.Length;
    }

    public static int Compare(string path, string datum, string otherPath, string otherDatum)
    {
        int order = Compare(path, otherPath);
        return order != 0 ? order : Compare(datum, otherDatum);
    }

    /// <summary>The first string after everything that begins with <paramref name="prefix"/>; null: there is none.</summary>
    public static string? After(string prefix)
        => prefix.Length == 0 ? null : prefix[..^1] + (char)(prefix[^1] + 1);

    // Surrogates stand for characters above U+FFFF and must sort after U+E000..U+FFFF.
    private static int Rank(char c) => c < 0xD800 ? c : c < 0xE000 ? c + 0x2000 : c - 0x800;
}
