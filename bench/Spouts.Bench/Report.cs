using System.Globalization;

namespace Spouts.Bench;

/// <summary>The table of a run: each row as it is measured, and whether every limit was kept.</summary>
/// <param name="output">Where the rows go.</param>
/// <param name="judgesSpeed">False: ratios of times are shown but not judged, because the run is too small for them to mean anything.</param>
internal sealed class Report(TextWriter output, bool judgesSpeed)
{
    private int _missed;

    /// <summary>Begins a group of rows.</summary>
    public void Section(string title)
    {
        output.WriteLine();
        output.WriteLine($"| {title,-62} | {"measured",16} | {"limit",10} |        |");
        output.WriteLine($"|{new string('-', 64)}|{new string('-', 17)}:|{new string('-', 11)}:|--------|");
    }

    /// <summary>A figure that no limit is set for: it depends on the machine.</summary>
    public void Figure(string what, string measured) => Write(what, measured, "", "");

    /// <summary>A count, or memory: it holds at any size and on any machine.</summary>
    public void Limit(string what, string measured, string limit, bool kept) => Judge(what, measured, limit, kept);

    /// <summary>A ratio of two times of the same run.</summary>
    public void AtMost(string what, double ratio, double limit)
        => Ratio(what, ratio, $"<= {Number(limit)}", ratio <= limit);

    /// <summary>A ratio of two rates of the same run.</summary>
    public void AtLeast(string what, double ratio, double limit)
        => Ratio(what, ratio, $">= {Number(limit)}", ratio >= limit);

    /// <summary>How many of something there were, and how many there should have been.</summary>
    public void Count(string what, long counted, long expected)
        => Judge(what, Number(counted), $"= {Number(expected)}", counted == expected);

    /// <summary>Says whether every limit was kept, as the exit code of the program.</summary>
    public int End()
    {
        output.WriteLine(_missed == 0 ? "\nEvery limit is kept." : $"\n{_missed} limits are missed.");
        return _missed == 0 ? 0 : 1;
    }

    public static string Number(double number)
        => number.ToString(number == Math.Floor(number) ? "N0" : "N2", CultureInfo.InvariantCulture);

    private void Ratio(string what, double ratio, string limit, bool kept)
    {
        if (judgesSpeed)
            Judge(what, Number(ratio), limit, kept);
        else
            Write(what, Number(ratio), "", "");
    }

    private void Judge(string what, string measured, string limit, bool kept)
    {
        if (!kept)
            _missed++;
        Write(what, measured, limit, kept ? "ok" : "MISSED");
    }

    private void Write(string what, string measured, string limit, string verdict)
    {
        output.WriteLine($"| {what,-62} | {measured,16} | {limit,10} | {verdict,-6} |");
        output.Flush();
    }
}
