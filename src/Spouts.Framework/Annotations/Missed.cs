namespace Spouts;

/// <summary>
/// What becomes of times of a <see cref="ScheduleAttribute"/> that were due while the program did not run. Before its first run a
/// schedule has missed nothing.
/// </summary>
public enum Missed
{
    /// <summary>The latest of them runs, the others are passed over. A run that was killed is made good.</summary>
    Once,

    /// <summary>All of them run, one after the other.</summary>
    All,

    /// <summary>They are passed over, a run that was killed among them.</summary>
    Skip,
}
