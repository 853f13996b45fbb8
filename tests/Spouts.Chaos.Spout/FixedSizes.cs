using System.Globalization;

namespace Spouts.Chaos.Spout;

/// <summary>A source that can be read again from a cursor, whose commits cannot be told apart by the sizes of their files.</summary>
internal static class FixedSizes
{
    public const string SpoutName = "fixed-sizes";

    /// <summary>The next item, if there is one.</summary>
    public static IEnumerable<SpoutFile> Read(Cursor<int> next)
    {
        if (next.Value >= NumberedLog.Lines)
            yield break;
        int item = next.Value++;
        bool isEven = item % 2 == 0;
        yield return (item % 3) switch
        {
            0 => SpoutFile.Text("/toggle", isEven ? "on " : "off"),
            1 => SpoutFile.Text("/number", item.ToString("0000000", CultureInfo.InvariantCulture)),
            _ => isEven ? SpoutFile.Text("/flag", "1") : SpoutFile.Delete("/flag"),
        };
    }
}
