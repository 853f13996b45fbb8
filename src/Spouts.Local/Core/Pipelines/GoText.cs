using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using static System.FormattableString;

namespace Spouts.Local.Core.Pipelines;

/// <summary>Prints values the way Go's %v and %T do, for the texts that the real server makes of them.</summary>
internal static class GoText
{
    public static string Print(JsonNode? value) => value switch
    {
        null => "<nil>",
        JsonObject obj => "map[" + string.Join(' ', obj.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"{p.Key}:{Print(p.Value)}")) + "]",
        JsonArray array => "[" + string.Join(' ', array.Select(Print)) + "]",
        _ when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>(),
        _ => value.ToJsonString(),
    };

    public static string TypeOf(JsonNode? value) => value?.GetValueKind() switch
    {
        null => "<nil>",
        JsonValueKind.Object => "map[string]interface {}",
        JsonValueKind.Array => "[]interface {}",
        JsonValueKind.String => "string",
        JsonValueKind.Number => "json.Number",
        JsonValueKind.Null => "<nil>",
        _ => "bool",
    };

    /// <summary>A time in UTC, such as <c>2026-01-02 03:04:05.678 +0000 UTC</c>.</summary>
    /// <param name="ticks">Since the Unix epoch.</param>
    public static string Time(long ticks)
        => DateTime.UnixEpoch.AddTicks(ticks).ToString("yyyy-MM-dd HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture) + " +0000 UTC";

    /// <summary>A length of time, such as <c>26h3m4.5s</c> or <c>12.3ms</c>.</summary>
    public static string Duration(long ticks)
    {
        if (ticks < TimeSpan.TicksPerSecond)
        {
            return ticks == 0 ? "0s"
                : ticks < TimeSpan.TicksPerMillisecond ? Invariant($"{(decimal)ticks / TimeSpan.TicksPerMicrosecond:0.#}µs")
                : Invariant($"{(decimal)ticks / TimeSpan.TicksPerMillisecond:0.####}ms");
        }

        TimeSpan time = TimeSpan.FromTicks(ticks);
        long hours = (long)time.TotalHours;
        string seconds = Invariant($"{(decimal)(ticks % TimeSpan.TicksPerMinute) / TimeSpan.TicksPerSecond:0.#######}s");
        return hours > 0 ? Invariant($"{hours}h{time.Minutes}m{seconds}") : time.Minutes > 0 ? Invariant($"{time.Minutes}m{seconds}") : seconds;
    }
}
