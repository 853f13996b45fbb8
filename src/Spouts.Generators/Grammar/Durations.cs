using System.Globalization;
using System.Text.RegularExpressions;

namespace Spouts.Generators.Grammar;

/// <summary>The grammar of a duration: whole days, hours, minutes and seconds, each at most once and in that order.</summary>
internal static class Durations
{
    private const long Shortest = 1;
    private const long Longest = 365 * 86_400;

    private static readonly Regex Grammar = new(
        @"^(?=.)(?:([0-9]{1,9})d)?(?:([0-9]{1,9})h)?(?:([0-9]{1,9})m)?(?:([0-9]{1,9})s)?\z", RegexOptions.CultureInvariant);

    public static bool TryParse(string text, out TimeSpan duration)
    {
        Match match = Grammar.Match(text);
        long seconds = (Number(match, 1) * 86_400) + (Number(match, 2) * 3_600) + (Number(match, 3) * 60) + Number(match, 4);
        bool legal = seconds is >= Shortest and <= Longest;
        duration = legal ? new TimeSpan(seconds * TimeSpan.TicksPerSecond) : default;
        return legal;
    }

    private static long Number(Match match, int group) =>
        match.Groups[group] is { Success: true, Value: var digits } ? long.Parse(digits, CultureInfo.InvariantCulture) : 0;
}
