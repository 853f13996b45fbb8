using System.Globalization;
using System.Text.RegularExpressions;

namespace Spouts.Generators.Grammar;

/// <summary>
/// Kubernetes' quantities of bytes, above nothing. One that cannot be read would be dropped by Pachyderm without a word.
/// </summary>
internal static class Quantities
{
    private const decimal Largest = long.MaxValue;

    private static readonly Regex Grammar = new(
        @"^(?<number>[0-9]{1,19}(\.[0-9]{0,9})?|\.[0-9]{1,9})(?<unit>[KMGTPE]i|[kMGTPE]|[eE](?<exponent>[0-9]{1,2}))?\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture);

    public static bool TryParse(string text, out decimal bytes)
    {
        bytes = 0;
        Match match = Grammar.Match(text);
        if (!match.Success)
            return false;
        decimal number = decimal.Parse(match.Groups["number"].Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture);
        decimal factor = match.Groups["exponent"] is { Success: true, Value: var exponent }
            ? Power(10, int.Parse(exponent, CultureInfo.InvariantCulture))
            : Factor(match.Groups["unit"].Value);
        if (number == 0 || factor > Largest || number > Largest / factor)
            return false;
        bytes = number * factor;
        return true;
    }

    private static decimal Factor(string unit) => unit.Length == 0 ? 1
        : Power(unit.Length == 2 ? 1024 : 1000, "kMGTPE".IndexOf(unit[0] == 'K' ? 'k' : unit[0]) + 1);

    /// <summary>A power, or more than the largest quantity.</summary>
    private static decimal Power(int of, int exponent)
    {
        decimal power = 1;
        for (int i = 0; i < exponent && power <= Largest; i++)
            power *= of;
        return power;
    }
}
