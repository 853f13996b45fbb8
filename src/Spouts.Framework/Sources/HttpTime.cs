using System.Globalization;
using System.Text.RegularExpressions;

namespace Spouts.Sources;

/// <summary>Times as HTTP headers have them.</summary>
internal static partial class HttpTime
{
    // More seconds than that are further away than any date.
    private const int MaxDigits = 11;
    private const int YearDigits = 4;

    private static readonly string[] Forms = ["d MMM yyyy H:mm:ss", "d MMM yyyy H:mm:sszzz"];

    /// <summary>The values of a header, of which a proxy may have joined several with commas; the comma behind the day of the week is a date's own.</summary>
    public static IEnumerable<string> Split(IEnumerable<string> headers) => headers.SelectMany(static header => Comma().Split(header));

    /// <summary>How long <c>Retry-After</c> asks to wait; null where it cannot be read, the largest time where it is too long to be read.</summary>
    /// <param name="text">Seconds or a date.</param>
    /// <param name="now">The present time, by the clock that the date goes by.</param>
    public static TimeSpan? Until(string text, DateTimeOffset now)
    {
        if (Seconds().Match(text) is { Success: true } seconds)
        {
            return seconds.Groups[1].Length > MaxDigits
                ? TimeSpan.MaxValue
                : TimeSpan.FromSeconds(double.Parse(seconds.Value, NumberStyles.Float, CultureInfo.InvariantCulture));
        }

        if (Parts().Match(text) is { Success: true } parts && parts.Groups["year"].Length > YearDigits)
            return TimeSpan.MaxValue;
        return Date(text, now) is { } date ? TimeSpan.FromTicks(Math.Max(0, (date - now).Ticks)) : null;
    }

    /// <summary>A date in any of HTTP's three forms, in capitals or not; null where it is none.</summary>
    /// <param name="text">The date.</param>
    /// <param name="now">About the present time: a year of two digits is at most fifty years later.</param>
    public static DateTimeOffset? Date(string text, DateTimeOffset now)
    {
        // The day of the week says nothing, and may be wrong.
        if (Parts().Match(text) is not { Success: true } parts || parts.Groups["year"].Length > YearDigits)
            return null;
        int year = int.Parse(parts.Groups["year"].Value, CultureInfo.InvariantCulture);
        if (parts.Groups["year"].Length < YearDigits)
        {
            year += now.Year / 100 * 100;
            year = year > now.Year + 50 ? year - 100 : year;
        }

        // A leap second is the one before it, and another.
        bool isLeap = parts.Groups["second"].Value == "60";
        string date = string.Create(CultureInfo.InvariantCulture,
            $"{parts.Groups["day"].Value} {parts.Groups["month"].Value} {year:0000} {parts.Groups["minute"].Value}:{(isLeap ? "59" : parts.Groups["second"].Value)}{parts.Groups["offset"].Value}");
        if (!DateTimeOffset.TryParseExact(date, Forms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time))
            return null;
        double more = parts.Groups["fraction"].Success ? double.Parse($"0{parts.Groups["fraction"].Value}", CultureInfo.InvariantCulture) : 0;
        return time.AddSeconds(isLeap ? more + 1 : more);
    }

    [GeneratedRegex(@"(?<!\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*\s*),", RegexOptions.IgnoreCase)]
    private static partial Regex Comma();

    [GeneratedRegex(@"^\s*\+?0*(\d+)(\.\d+)?\s*$")]
    private static partial Regex Seconds();

    // Of dates whose year comes before the time, and of those whose year comes behind it.
    [GeneratedRegex(
        @"^\s*(?:[a-z]+(?:\s*,\s*|\s+))?(?:(?<day>\d{1,2})(?:\s+|-)(?<month>[a-z]{3})(?:\s+|-)(?<year>\d{2}|\d{4,})\s+(?<minute>\d{1,2}:\d\d):(?<second>\d\d)(?<fraction>\.\d+)?(?:\s*(?:GMT|UTC|Z|(?<offset>[+-]\d\d:?\d\d)))?"
        + @"|(?<month>[a-z]{3})\s+(?<day>\d{1,2})\s+(?<minute>\d{1,2}:\d\d):(?<second>\d\d)(?<fraction>\.\d+)?\s+(?<year>\d{4,}))\s*$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Parts();
}
