using System.Runtime.CompilerServices;
using Spouts.Ledgers;
using Spouts.Pachyderm;
using Spouts.Publishing;

namespace Spouts.Operating;

/// <summary>The commits of a spout that carry a ledger, from the head down: what <c>state rewind</c> can go back to.</summary>
internal sealed class StateLog(OutputRepo repo, Recovery recovery, int maxCommits)
{
    public async IAsyncEnumerable<(CommitView Commit, Ledger Ledger)> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string head = await repo.HeadAsync(cancellationToken).ConfigureAwait(false);
        int count = 0;
        await foreach (CommitView commit in repo.WalkAsync(head, cancellationToken).ConfigureAwait(false))
        {
            if (!commit.IsFinished || commit.Error.Length > 0)
                continue;
            Ledger? ledger = CommitDescription.Parse(commit.Description, $"{repo.Name}@{commit.Id}") switch
            {
                CommitDescription.Final final => final.Ledger,
                CommitDescription.Void state => state.Ledger,

                // Whether its batch got into it, only a recovery tells.
                CommitDescription.Pending => (await recovery.PeekAtAsync(commit.Id, cancellationToken).ConfigureAwait(false)).Ledger,
                _ => null,
            };
            if (ledger is null)
                continue;
            yield return (commit, ledger);
            if (++count == maxCommits)
                yield break;
        }
    }
}
