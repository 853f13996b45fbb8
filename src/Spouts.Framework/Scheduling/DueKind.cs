namespace Spouts.Scheduling;

/// <summary>What made a source due.</summary>
internal enum DueKind
{
    /// <summary>A start, or an interval that is over. The ledger keeps nothing of it.</summary>
    Now,

    /// <summary>Its schedule.</summary>
    Schedule,

    /// <summary>Somebody who asked for one run.</summary>
    Asked,

    /// <summary>Somebody who asked for due times of the past.</summary>
    Backfill,
}
