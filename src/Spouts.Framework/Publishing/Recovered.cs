using Spouts.Ledgers;

namespace Spouts.Publishing;

/// <summary>What a recovery found.</summary>
/// <param name="Head">The head of the branch, FINISHED.</param>
/// <param name="Size">How many bytes all files have there; null where Pachyderm does not say.</param>
/// <param name="Ledger">The ledger that counts.</param>
/// <param name="IsSettled">Whether the head itself carries it, as final or void, or nothing of ours is there at all and the head has no error.</param>
/// <param name="CountingBatches">The batches that count, as far down as was asked for: the commit of each, by its id.</param>
internal sealed record Recovered(string Head, long? Size, Ledger Ledger, bool IsSettled, IReadOnlyDictionary<string, string> CountingBatches);
