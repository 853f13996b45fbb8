using Spouts.Ledgers;

namespace Spouts.Publishing;

/// <summary>One attempt to publish a batch, or a ledger alone: how far it came, which only the process that made it knows.</summary>
/// <param name="after">The ledger that shall count.</param>
internal sealed class Attempt(Ledger after)
{
    /// <summary>The ledger that shall count; its batch id belongs to this attempt alone.</summary>
    public Ledger After { get; } = after;

    /// <summary>The commit that was opened for it; null where none is known.</summary>
    public string? Commit { get; set; }

    /// <summary>What that commit was opened with, also where somebody has put another description in its place.</summary>
    public CommitDescription.Pending? Opened { get; set; }

    /// <summary>Whether the call that attaches the batch was sent. Before that, nothing in any commit can be its data.</summary>
    public bool WasAttached { get; set; }
}
