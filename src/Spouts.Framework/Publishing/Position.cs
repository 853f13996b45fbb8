using Spouts.Ledgers;

namespace Spouts.Publishing;

/// <summary>Where the next batch stands: the head of the output branch, FINISHED, and the ledger that counts there.</summary>
internal sealed record Position(string Head, Ledger Ledger);
