using Google.Protobuf.WellKnownTypes;

namespace Spouts.Local.Core;

/// <summary>Stored times as protobuf's.</summary>
internal static class Times
{
    // Ten thousand years.
    private const long Longest = 10_000L * 366 * 24 * 60 * 60;

    public static Timestamp Timestamp(long ticks)
    {
        long seconds = Math.DivRem(ticks, TimeSpan.TicksPerSecond, out long rest);
        return new Timestamp { Seconds = seconds, Nanos = (int)rest * 100 };
    }

    public static long Ticks(Timestamp time) => Seconds(time.Seconds).Ticks + (time.Nanos / 100);

    /// <summary>A number of seconds that a caller gave: what is longer than any clock will show is cut, so that sums stay in range.</summary>
    public static TimeSpan Seconds(long seconds) => new(Math.Clamp(seconds, -Longest, Longest) * TimeSpan.TicksPerSecond);
}
