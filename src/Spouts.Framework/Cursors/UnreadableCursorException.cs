namespace Spouts.Hosting;

/// <summary>The ledger holds something that a cursor, or a part of it, cannot be.</summary>
/// <param name="place">The part: <c>.Offsets[2]</c>; empty for the whole cursor.</param>
/// <param name="reason">What is wrong there, to stand behind its name.</param>
/// <param name="inner">Why it cannot be read.</param>
internal sealed class UnreadableCursorException(string place, string reason, Exception inner) : FormatException(reason, inner)
{
    public string Place { get; } = place;

    public string Reason { get; } = reason;
}
