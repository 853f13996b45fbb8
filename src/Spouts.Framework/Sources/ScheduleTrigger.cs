namespace Spouts.Hosting;

/// <summary>Runs a source at the times of a cron expression (<see cref="ScheduleAttribute"/>).</summary>
/// <param name="Cron">The expression, of five or six fields.</param>
/// <param name="TimeZone">The IANA time zone that it is read in.</param>
public sealed record ScheduleTrigger(string Cron, string TimeZone) : SourceTrigger
{
    /// <summary>What becomes of times that were due while the program did not run.</summary>
    public Missed Missed { get; init; }

    /// <summary>How late a missed time may still run; null for any time later.</summary>
    public TimeSpan? Within { get; init; }

    /// <summary>Up to how much later than due a run starts, at random.</summary>
    public TimeSpan Jitter { get; init; }

    /// <summary>What becomes of times that are due while the last run is still at work.</summary>
    public Overlap Overlap { get; init; }

    /// <summary>Whether it also runs whenever the program starts.</summary>
    public bool RunOnStart { get; init; }
}
