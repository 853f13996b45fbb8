using Spouts.Ledgers;

namespace Spouts.Publishing;

/// <summary>What a recovery found.</summary>
/// <param name="Head">The head of the branch, FINISHED.</param>
/// <param name="Data">The commit with the data that the ledger speaks of; null where it is not known.</param>
/// <param name="Ledger">The ledger that counts.</param>
/// <param name="IsSettled">Whether the head itself carries it, as final or void, or nothing of ours is there at all and the head has no error.</param>
/// <param name="SpecCommit">The pipeline's version that the head was made for; empty where the pipeline was stopped.</param>
/// <param name="CountingBatches">The batches that count, as far down as was asked for: the commit of each, by its id.</param>
internal sealed record Recovered(
    string Head, string? Data, Ledger Ledger, bool IsSettled, string SpecCommit, IReadOnlyDictionary<string, string> CountingBatches)
{
    /// <summary>Where the next batch stands, once the head carries the ledger itself.</summary>
    public Position Position => new(Head, Data, Ledger);
}
