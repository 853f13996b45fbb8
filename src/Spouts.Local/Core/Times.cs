using Google.Protobuf.WellKnownTypes;

namespace Spouts.Local.Core;

/// <summary>Stored times as protobuf's.</summary>
internal static class Times
{
    public static Timestamp Timestamp(long ticks)
    {
        long seconds = Math.DivRem(ticks, TimeSpan.TicksPerSecond, out long rest);
        return new Timestamp { Seconds = seconds, Nanos = (int)rest * 100 };
    }

    public static long Ticks(Timestamp time) => (time.Seconds * TimeSpan.TicksPerSecond) + (time.Nanos / 100);
}
