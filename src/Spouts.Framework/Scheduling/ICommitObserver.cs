using Spouts.Ledgers;

namespace Spouts.Scheduling;

/// <summary>Is told of every batch once it is durable.</summary>
internal interface ICommitObserver
{
    void OnCommitted(string spout, string commitId, Ledger ledger, SourceEntry entry);
}
