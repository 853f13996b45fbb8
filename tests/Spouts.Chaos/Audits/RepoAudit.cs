using Spouts.Chaos.Sources;
using Spouts.Ledgers;
using Spouts.Testing;

namespace Spouts.Chaos.Audits;

/// <summary>
/// Reads all commits, from the first to the head, as an auditor would who knows only what the design says: whether each batch is
/// in one commit that counts, whether their numbers go up by one, and whether ledger and content agree at every commit.
/// </summary>
internal sealed class RepoAudit(SpoutRepo repo, ChaosSource source, Removals removals, ChaosFindings findings)
{
    private readonly Dictionary<string, string> _carriers = new(StringComparer.Ordinal);
    private long _number;

    /// <summary>The commits that count, each with a batch of its own.</summary>
    public IReadOnlyCollection<string> Carriers => _carriers.Values;

    public async Task RunAsync(IReadOnlyList<SpoutCommit> commits, CancellationToken cancellation)
    {
        findings.Open.AddRange(commits.Where(commit => commit.IsOpen || !commit.IsFinished).Select(commit => commit.Id));
        foreach (SpoutCommit commit in commits.Reverse().Where(commit => commit.IsFinished && commit.Error.Length == 0))
        {
            CommitDescription? description = CommitDescription.Parse(removals.Relabelled.GetValueOrDefault(commit.Id, commit.Description), commit.Id);
            Ledger? carried = await CarriedAsync(repo, commit, description, removals, cancellation);
            if (carried is not null && IsLate(commit, description, carried))
                carried = null;
            Ledger? state = (description as CommitDescription.Void)?.Ledger;
            if (carried is not null)
                Count(commit, carried);
            else if (state?.Number > _number)
                Follow(commit, state);
            Ledger? counting = carried ?? state;
            if (counting is not null
                && await source.CompareAsync(counting.Entry(new("Read")), repo, commit.Id, cancellation) is { } wrong)
            {
                findings.Ledger.Add(wrong);
            }
        }
    }

    /// <summary>The ledger of the batch whose data a commit carries; null where it carries none.</summary>
    public static async Task<Ledger?> CarriedAsync(
        SpoutRepo repo, SpoutCommit commit, CommitDescription? description, Removals removals, CancellationToken cancellation) => description switch
        {
            CommitDescription.Final final => final.Ledger,
            CommitDescription.Pending { Witness: { } witness } pending
                when (pending.Parent == commit.ParentId || removals.Squashed.ContainsKey(pending.Parent))
                && Shows(await repo.FindFileAsync(commit.Id, witness.Path, cancellation), witness) => pending.After,
            _ => null,
        };

    private static bool Shows(StoredFile? file, Witness witness) => witness.Size is { } size
        ? file is not null && file.SizeBytes == size && witness.Was != Convert.ToHexStringLower(file.Hash.Span)
        : file is null;

    // A late writer whose named parent was squashed afterwards: what it had in hand others have published below it, so that it looks its own.
    private bool IsLate(SpoutCommit commit, CommitDescription? description, Ledger ledger) =>
        ledger.Number <= _number && description is CommitDescription.Pending pending && pending.Parent != commit.ParentId;

    private void Count(SpoutCommit commit, Ledger ledger)
    {
        if (!_carriers.TryAdd(ledger.BatchId, commit.Id))
            findings.Doubled.Add($"batch {ledger.BatchId}, in {_carriers[ledger.BatchId]} and in {commit.Id}");
        Follow(commit, ledger);
    }

    // A ledger that changes has a number of its own, with a batch or without one.
    private void Follow(SpoutCommit commit, Ledger ledger)
    {
        bool follows = ledger.Number > _number;
        for (long number = _number + 1; number < ledger.Number; number++)
            follows &= removals.Squashed.ContainsValue(number);
        if (!follows)
            findings.Ledger.Add($"#{ledger.Number} in {commit.Id} follows #{_number}");
        _number = ledger.Number;
    }
}
