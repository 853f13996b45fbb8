namespace Spouts;

/// <summary>
/// Marks a method as a source that is run at the times of a cron expression. It returns and takes what a
/// <see cref="PollAttribute"/> source does, and may take the time that is due as a <see cref="DateTimeOffset"/>.
/// </summary>
/// <param name="cron">
/// Five fields (minute, hour, day of the month, month, day of the week) or six (seconds first), such as <c>"0 6 * * MON-FRI"</c>;
/// <c>L</c>, <c>W</c>, <c>#</c> and macros such as <c>@daily</c> are understood.
/// </param>
/// <remarks>
/// When clocks are set forward, a time that does not exist is due at the first moment after the gap; when they are set back, a
/// time that exists twice is due once, unless the expression recurs within the hour. The ledger keeps the last due time, so none runs twice, whatever dies.
/// </remarks>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ScheduleAttribute(string cron) : Attribute
{
    /// <summary>The cron expression.</summary>
    public string Cron { get; } = cron;

    /// <summary>The IANA time zone that the expression is read in, such as <c>"Europe/Berlin"</c>.</summary>
    public string TimeZone { get; set; } = "UTC";

    /// <summary>
    /// What becomes of times that were due while the program did not run. Other than with <see cref="Missed.Skip"/>, each run
    /// leaves a commit, even one without files: that is how the next process knows.
    /// </summary>
    public Missed Missed { get; set; } = Missed.Once;

    /// <summary>
    /// How late a missed time may still run: a number and a unit, such as <c>"6h"</c>; later it is given up. Unless set, any time later.
    /// </summary>
    public string? Within { get; set; }

    /// <summary>
    /// Up to how much later than due a run starts, at random, so that many spouts do not ask one server at the same moment:
    /// a number and a unit, such as <c>"30s"</c>.
    /// </summary>
    public string? Jitter { get; set; }

    /// <summary>What becomes of times that are due while the last run is still at work.</summary>
    public Overlap Overlap { get; set; } = Overlap.Skip;

    /// <summary>Whether the source also runs once whenever the program starts; the present moment is then passed as due.</summary>
    public bool RunOnStart { get; set; }

    /// <summary>The source's key in the ledger; the method's name unless set.</summary>
    public string? Name { get; set; }

    /// <summary>The key that the source had before it was renamed: its cursors move over with its next commit.</summary>
    public string? FormerName { get; set; }
}
