namespace Spouts.Scheduling;

/// <summary>A time at which a source is due.</summary>
/// <param name="Time">The time.</param>
/// <param name="IsScheduled">Whether a schedule made it due, so that the ledger keeps it.</param>
internal readonly record struct DueTime(DateTimeOffset Time, bool IsScheduled);
