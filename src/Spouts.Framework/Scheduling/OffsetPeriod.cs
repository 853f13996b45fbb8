namespace Spouts.Scheduling;

/// <summary>A stretch of time in which a zone has one offset.</summary>
/// <param name="Begin">The first moment, in UTC.</param>
/// <param name="End">The first moment behind it, in UTC.</param>
/// <param name="Offset">How far the zone's clocks are ahead of UTC.</param>
/// <param name="FirstNew">The first time of day that the zone's clocks had not shown before it began.</param>
internal readonly record struct OffsetPeriod(DateTime Begin, DateTime End, TimeSpan Offset, DateTime FirstNew)
{
    /// <summary>What the zone's clocks show at its first moment.</summary>
    public DateTime LocalBegin => Begin + Offset;

    /// <summary>What they would show at the first moment behind it.</summary>
    public DateTime LocalEnd => End + Offset;
}
