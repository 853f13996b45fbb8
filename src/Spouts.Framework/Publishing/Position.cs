using Spouts.Ledgers;

namespace Spouts.Publishing;

/// <summary>Where the next batch stands: on the head of the output branch, FINISHED.</summary>
/// <param name="Head">The head.</param>
/// <param name="Size">How many bytes all files have there; null where Pachyderm does not say.</param>
/// <param name="Ledger">The ledger that counts there.</param>
internal sealed record Position(string Head, long? Size, Ledger Ledger);
