using System.Globalization;
using System.Text.RegularExpressions;

namespace Spouts.Local.Core.Metadata;

/// <summary>Durations as Go writes them: <c>1h30m</c>, <c>1.5s</c>, <c>-2ms</c>.</summary>
internal static partial class GoDuration
{
    public static TimeSpan Parse(string text)
    {
        string unsigned = text.TrimStart('-', '+') is var rest && text.Length - rest.Length <= 1 ? rest : "";
        if (unsigned == "0")
            return TimeSpan.Zero;
        Match match = Parts().Match(unsigned);
        if (!match.Success)
        {
            Match bad = LastPart().Match(unsigned);
            string why = !bad.Success ? "invalid duration"
                : bad.Groups["unit"].Length == 0 ? "missing unit in duration"
                : $"unknown unit \"{bad.Groups["unit"].Value}\" in duration";
            throw new PachException($"time: {why} \"{text}\"");
        }

        double ticks = match.Groups["number"].Captures.Zip(match.Groups["unit"].Captures)
            .Sum(part => double.Parse(part.First.Value, CultureInfo.InvariantCulture) * Ticks(part.Second.Value));
        // Go counts nanoseconds in 64 bits.
        if (ticks > TimeSpan.MaxValue.Ticks / TimeSpan.NanosecondsPerTick)
            throw new PachException($"time: invalid duration \"{text}\"");
        return TimeSpan.FromTicks((long)(text.StartsWith('-') ? -ticks : ticks));
    }

    private static double Ticks(string unit) => unit switch
    {
        "h" => TimeSpan.TicksPerHour,
        "m" => TimeSpan.TicksPerMinute,
        "s" => TimeSpan.TicksPerSecond,
        "ms" => TimeSpan.TicksPerMillisecond,
        "ns" => 1.0 / TimeSpan.NanosecondsPerTick,
        _ => TimeSpan.TicksPerMicrosecond,
    };

    [GeneratedRegex(@"^((?<number>[0-9]+\.?[0-9]*|\.[0-9]+)(?<unit>ns|us|µs|μs|ms|s|m|h))+\z")]
    private static partial Regex Parts();

    [GeneratedRegex(@"^(([0-9]+\.?[0-9]*|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))*([0-9]+\.?[0-9]*|\.[0-9]+)(?<unit>[^0-9.]*)")]
    private static partial Regex LastPart();
}
