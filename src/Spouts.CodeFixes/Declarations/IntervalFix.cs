using System.Composition;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Spouts.CodeFixes.Declarations;

/// <summary>Writes the time that SPOUT010 cannot read, such as <c>30</c>, <c>1.5 hours</c> or <c>00:00:30</c>, in whole seconds and as it should be.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class IntervalFix() : TextFix("SPOUT010", "Write it as an interval")
{
    private static readonly (char Unit, long Seconds)[] Units = [('d', 86_400), ('h', 3_600), ('m', 60), ('s', 1)];

    // A number and maybe a unit, of which the first letter tells, except of milliseconds.
    private static readonly Regex Parts = new(
        @"^(?:\s*(?<number>[0-9]{1,9}(?:\.[0-9]{1,9})?)\s*(?<unit>ms|millis[a-z]*|d|days?|h|hrs?|hours?|m|min|mins|minutes?|s|secs?|seconds?)?\s*)+\z",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture);

    private protected override string Mended(string text)
    {
        if (Seconds(text) is not (> 0 and < 365 * 86_400m and var seconds))
            return "";
        StringBuilder interval = new();
        long rest = Math.Max(1, (long)decimal.Round(seconds));
        foreach ((char unit, long length) in Units)
        {
            if (rest >= length)
                interval.Append((rest / length).ToString(CultureInfo.InvariantCulture)).Append(unit);
            rest %= length;
        }

        return interval.ToString();
    }

    private static decimal? Seconds(string text)
    {
        if (text.IndexOf(':') >= 0)
            return TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out TimeSpan time) ? (decimal)time.TotalSeconds : null;
        Match match = Parts.Match(text);
        CaptureCollection numbers = match.Groups["number"].Captures;
        CaptureCollection units = match.Groups["unit"].Captures;

        // A number without a unit is of seconds where it stands alone; beside others only its author knows.
        if (!match.Success || (numbers.Count != units.Count && numbers.Count != 1))
            return null;
        return numbers.Cast<Capture>()
            .Select((number, index) => decimal.Parse(number.Value, CultureInfo.InvariantCulture) * (units.Count == 0 ? 1 : Length(units[index].Value)))
            .Sum();
    }

    private static decimal Length(string unit) =>
        unit.StartsWith("ms", StringComparison.OrdinalIgnoreCase) || unit.StartsWith("milli", StringComparison.OrdinalIgnoreCase) ? 0.001m
        : Units.Single(known => known.Unit == char.ToLowerInvariant(unit[0])).Seconds;
}
