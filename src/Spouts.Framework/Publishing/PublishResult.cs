using Spouts.Ledgers;

namespace Spouts.Publishing;

/// <summary>What became of a batch.</summary>
internal abstract record PublishResult
{
    /// <summary>It is durable.</summary>
    internal sealed record Committed(string CommitId, Ledger Ledger) : PublishResult;

    /// <summary>It is not, and its source has to run again: its cursor is no longer where the run began, or the set is gone.</summary>
    internal sealed record Dropped(string Reason) : PublishResult;
}
