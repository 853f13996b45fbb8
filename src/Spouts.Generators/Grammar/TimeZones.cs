using System.Text.RegularExpressions;

namespace Spouts.Generators.Grammar;

/// <summary>
/// The form of an IANA name. Whether the zone exists, the program asks at its start: the compiler's machine may know others than
/// the worker's.
/// </summary>
internal static class TimeZones
{
    private static readonly Regex Name = new(@"^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9][A-Za-z0-9_+-]*)*\z", RegexOptions.CultureInvariant);

    public static bool IsLegal(string name) => Name.IsMatch(name);
}
