using System.Globalization;
using System.Text.RegularExpressions;

namespace Spouts.Sources;

/// <summary>Times as HTTP headers have them.</summary>
internal static partial class HttpTime
{
    // More seconds than that are further away than any date.
    private const int MaxDigits = 11;

    private static readonly string[] Forms =
        ["d MMM yyyy H:mm:ss 'GMT'", "d MMM yyyy H:mm:ss 'UTC'", "d MMM yyyy H:mm:ss zzz", "MMM d H:mm:ss yyyy"];

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

        if (LongYear().IsMatch(text))
            return TimeSpan.MaxValue;
        return Date(text, now) is { } date ? TimeSpan.FromTicks(Math.Max(0, (date - now).Ticks)) : null;
    }

    /// <summary>A date in any of HTTP's three forms; null where it is none.</summary>
    /// <param name="text">The date.</param>
    /// <param name="now">About the present time: a year of two digits is at most fifty years later.</param>
    public static DateTimeOffset? Date(string text, DateTimeOffset now)
    {
        // The day of the week says nothing, and may be wrong.
        string date = WeekDay().Replace(text.Trim(), "");
        if (ShortYear().Match(date) is { Success: true } shortYear)
        {
            int year = (now.Year / 100 * 100) + int.Parse(shortYear.Groups[3].Value, CultureInfo.InvariantCulture);
            date = $"{shortYear.Groups[1]} {shortYear.Groups[2]} {(year > now.Year + 50 ? year - 100 : year)} {shortYear.Groups[4]}";
        }

        return DateTimeOffset.TryParseExact(
            date, Forms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AllowWhiteSpaces, out DateTimeOffset time)
            ? time
            : null;
    }

    [GeneratedRegex(@"^\s*\+?0*(\d+)(\.\d+)?\s*$")]
    private static partial Regex Seconds();

    [GeneratedRegex(@"^\s*[A-Za-z]+,?[\s\d]*[\sA-Za-z]+.*\d{5,}")]
    private static partial Regex LongYear();

    [GeneratedRegex(@"^[A-Za-z]+(,\s*|\s+(?=[A-Za-z]))")]
    private static partial Regex WeekDay();

    [GeneratedRegex(@"^(\d{1,2})-([A-Za-z]{3})-(\d{2}) (.*)$")]
    private static partial Regex ShortYear();
}
