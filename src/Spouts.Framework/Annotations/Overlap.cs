namespace Spouts;

/// <summary>
/// What becomes of times of a <see cref="ScheduleAttribute"/> that are due while the last run is still at work. Two runs of one
/// source are never at work at once: its cursors have one value.
/// </summary>
public enum Overlap
{
    /// <summary>They are passed over.</summary>
    Skip,

    /// <summary>They run afterwards, one after the other.</summary>
    Wait,
}
