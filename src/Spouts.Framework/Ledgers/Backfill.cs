namespace Spouts.Ledgers;

/// <summary>Due times that an operator has asked to be run, besides those that come.</summary>
/// <param name="From">The earliest.</param>
/// <param name="To">The latest.</param>
/// <param name="Total">How many there are.</param>
internal sealed record Backfill(DateTimeOffset From, DateTimeOffset To, int Total)
{
    /// <summary>How many of them have run.</summary>
    public int Done { get; init; }

    /// <summary>The one that ran last, of <see cref="Done"/>; null where none has.</summary>
    public DateTimeOffset? Last { get; init; }
}
