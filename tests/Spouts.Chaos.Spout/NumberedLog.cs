using System.Globalization;

namespace Spouts.Chaos.Spout;

/// <summary>
/// A source that can be read again from a cursor, appended line by line to one file: the form in which every batch that is
/// applied twice shows, and every one that is lost.
/// </summary>
internal static class NumberedLog
{
    public const string SpoutName = "numbered-log";

    public static IEnumerable<SpoutFile> Read(Cursor<int> next)
    {
        int end = Math.Min(Settings.Items, next.Value + Settings.Batch);
        while (next.Value < end)
        {
            string line = string.Create(CultureInfo.InvariantCulture, $"{next.Value}\n");
            next.Value++;
            yield return SpoutFile.Text("/log", line).Appended();
        }
    }
}
