using System.Globalization;
using System.Runtime.CompilerServices;

namespace Spouts.Chaos.Spout;

/// <summary>
/// A source that can be read again from a cursor, appended line by line to one file: the form in which every batch that is
/// applied twice shows, and every one that is lost. How many lines there are, a file says.
/// </summary>
internal static class NumberedLog
{
    public const string SpoutName = "numbered-log";

    public const string StreamName = "numbered-stream";

    /// <summary>How often it is looked for more lines.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>How many lines there are by now.</summary>
    public static int Lines => int.Parse(File.ReadAllText(Path.Combine(Settings.Folder, "lines")), CultureInfo.InvariantCulture);

    /// <summary>So many lines as make a batch.</summary>
    public static IEnumerable<SpoutFile> Read(Cursor<int> next)
    {
        int end = Math.Min(Lines, next.Value + Settings.Batch);
        while (next.Value < end)
        {
            int line = next.Value++;
            yield return Line(line);
        }
    }

    /// <summary>All lines, and then whatever may come. Each carries its position: the last one must not wait for another.</summary>
    public static async IAsyncEnumerable<SpoutFile> Follow(Cursor<int> next, [EnumeratorCancellation] CancellationToken cancellation)
    {
        while (true)
        {
            for (int line = next.Value, end = Lines; line < end; line++)
                yield return Line(line).WithCursor(next, line + 1);
            await Task.Delay(Pause, cancellation);
        }
    }

    private static SpoutFile Line(int line) => SpoutFile.Text("/log", string.Create(CultureInfo.InvariantCulture, $"{line}\n")).Appended();
}
