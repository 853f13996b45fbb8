using Spouts.Ledgers;
using Spouts.Testing;

namespace Spouts.Chaos;

/// <summary>
/// Reads the ledgers of all commits, from the first to the head, as an auditor would who knows only what the design says: which
/// batch ids are in commits that count, and whether their numbers go up by one.
/// </summary>
internal sealed record BatchAudit(int Batches, IReadOnlyList<string> Faults)
{
    public static async Task<BatchAudit> RunAsync(
        SpoutRepo repo, IReadOnlyList<SpoutCommit> commits, CancellationToken cancellation)
    {
        Dictionary<string, string> carriers = new(StringComparer.Ordinal);
        List<string> faults = [];
        long number = 0;
        foreach (SpoutCommit commit in commits.Reverse().Where(commit => commit.Error.Length == 0))
        {
            if (await CarriedAsync(repo, commit, cancellation) is not { } ledger)
                continue;
            if (!carriers.TryAdd(ledger.BatchId, commit.Id))
                faults.Add($"batch {ledger.BatchId} is in {carriers[ledger.BatchId]} and in {commit.Id}");
            if (ledger.Number != number + 1)
                faults.Add($"batch #{ledger.Number} in {commit.Id} follows #{number}");
            number = ledger.Number;
        }

        return new(carriers.Count, faults);
    }

    // The ledger of the batch whose data a commit carries; null where it carries none.
    private static async Task<Ledger?> CarriedAsync(SpoutRepo repo, SpoutCommit commit, CancellationToken cancellation) =>
        CommitDescription.Parse(commit.Description, commit.Id) switch
        {
            CommitDescription.Final final => final.Ledger,
            CommitDescription.Pending { Witness: { } witness } pending
                when pending.Parent == commit.ParentId
                && await repo.FindFileAsync(commit.Id, witness.Path, cancellation) is { } file
                && file.SizeBytes == witness.Size
                && (witness.Hash is null || Convert.ToHexStringLower(file.Hash.Span) == witness.Hash) => pending.After,
            _ => null,
        };
}
