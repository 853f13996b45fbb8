using Spouts.Ledgers;

namespace Spouts.Publishing;

/// <summary>Where the next batch stands: on the head of the output branch, FINISHED.</summary>
/// <param name="Head">The head.</param>
/// <param name="Data">The commit with the data that the ledger speaks of, which a void head stands on; null where it is not known.</param>
/// <param name="Ledger">The ledger that counts there.</param>
internal sealed record Position(string Head, string? Data, Ledger Ledger);
