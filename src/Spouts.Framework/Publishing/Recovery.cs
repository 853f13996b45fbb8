using Microsoft.Extensions.Logging;
using Spouts.Ledgers;
using Spouts.Pachyderm;

namespace Spouts.Publishing;

/// <summary>
/// Finds out, at the start and after any doubt, what is true: closes every commit that is still open, which fences whoever had it
/// open, and looks for the ledger that counts. It asks the server only, never a memory of what was sent.
/// </summary>
internal sealed partial class Recovery(OutputRepo repo, Witnesses witnesses, Waiting waiting, ILogger<Recovery> logger)
{
    public Recovery(OutputRepo repo, ILoggerFactory logs)
        : this(repo, new(repo), new(repo, logs.CreateLogger<Waiting>()), logs.CreateLogger<Recovery>())
    {
    }

    /// <summary>Recovers.</summary>
    /// <param name="built">
    /// The commit that a batch in doubt was built on; the ids of all that counts since then are gathered. Null: none is in doubt.
    /// </param>
    /// <param name="cancellation">Ends it between two calls.</param>
    public async Task<Recovered> RunAsync(string? built, CancellationToken cancellation)
    {
        string head = await repo.HeadAsync(cancellation).ConfigureAwait(false);
        int fenced = await FinishOpenAsync(head, cancellation).ConfigureAwait(false);
        CommitView finished = await waiting.FinishedAsync(head, cancellation).ConfigureAwait(false);
        Recovered recovered = await SearchAsync(finished, built, cancellation).ConfigureAwait(false);
        LogRecovered(repo.BranchName, head, recovered.Ledger.Number, fenced);
        return recovered;
    }

    /// <summary>What counts as of now, for whoever only looks: it closes nothing and fences nobody.</summary>
    public async Task<Recovered> PeekAsync(CancellationToken cancellation)
    {
        string head = await repo.HeadAsync(cancellation).ConfigureAwait(false);
        CommitView commit = await repo.InspectAsync(head, cancellation).ConfigureAwait(false);
        while (commit is { IsFinished: false, Parent.Length: > 0 })
            commit = await repo.InspectAsync(commit.Parent, cancellation).ConfigureAwait(false);
        return await SearchAsync(commit, built: null, cancellation).ConfigureAwait(false);
    }

    /// <summary>What counted when a commit was the head.</summary>
    /// <param name="commit">The commit's id.</param>
    /// <param name="cancellation">Ends it between two calls.</param>
    public async Task<Recovered> PeekAtAsync(string commit, CancellationToken cancellation) =>
        await SearchAsync(await repo.InspectAsync(commit, cancellation).ConfigureAwait(false), built: null, cancellation).ConfigureAwait(false);

    // From the oldest open commit towards the head: a head finished before its open parent would block the repo for ever. Without
    // a description, so that a pending one keeps its own. Each publishes nothing or a whole batch.
    private async Task<int> FinishOpenAsync(string head, CancellationToken cancellation)
    {
        Stack<string> open = [];
        for (string id = head; id.Length > 0;)
        {
            CommitView commit = await repo.InspectAsync(id, cancellation).ConfigureAwait(false);
            if (!commit.IsOpen)
                break;
            open.Push(id);
            id = commit.Parent;
        }

        foreach (string id in open)
        {
            try
            {
                await repo.FinishAsync(id, description: "", cancellation).ConfigureAwait(false);
            }
            catch (PachydermException finished) when (finished.Kind is PachydermErrorKind.AlreadyFinished)
            {
                // Its writer, or another recovery, was faster: the same result.
                LogAlreadyFinished(repo.Name, id);
            }

            await waiting.FinishedAsync(id, cancellation).ConfigureAwait(false);
        }

        return open.Count;
    }

    private async Task<Recovered> SearchAsync(CommitView head, string? built, CancellationToken cancellation)
    {
        Dictionary<string, string> counting = new(StringComparer.Ordinal);
        Ledger? best = null;
        bool settled = false, decided = false;
        for (string id = head.Id; id.Length > 0 && !(decided && (built is null || id == built));)
        {
            CommitView commit = await repo.InspectAsync(id, cancellation).ConfigureAwait(false);
            if (commit.Error.Length == 0 && CommitDescription.Parse(commit.Description, $"{repo.Name}@{id}") is { } description)
            {
                (Ledger? ledger, bool final) = await CountAsync(commit, description, cancellation).ConfigureAwait(false);
                if (ledger is not null)
                {
                    // A void above repeats the id of the batch below it: the lowest commit is the one with the data.
                    counting[ledger.BatchId] = id;
                    if (!decided && (best is null || (final ? ledger.Number >= best.Number : ledger.Number > best.Number)))
                    {
                        best = ledger;
                        settled = final && id == head.Id;
                    }
                }

                decided |= final;
            }

            id = commit.Parent;
        }

        // A head that ended with an error shows, by its id, data that its children do not have: nothing can be compared with it.
        bool untouched = best is null && head.Error.Length == 0;
        return new(head.Id, head.Size, best ?? Ledger.Empty, IsSettled: untouched || settled, counting);
    }

    // A pending commit counts where its parent is the one it names, or where that one was squashed into it. On another parent its
    // writer came late, saw so, and never attached anything. Where the one that it names was dropped before it was opened, the data of
    // that one's ledger is gone, so that without a batch of its own it is smaller.
    private async Task<(Ledger? Ledger, bool Final)> CountAsync(
        CommitView commit, CommitDescription description, CancellationToken cancellation)
    {
        switch (description)
        {
            case CommitDescription.Final final: return (final.Ledger, true);
            case CommitDescription.Void state: return (state.Ledger, true);
            case CommitDescription.Pending pending
                when commit.Parent == pending.Parent || !await ExistsAsync(pending.Parent, cancellation).ConfigureAwait(false):
                bool applied = pending.Witness is { } witness
                    && await witnesses.IsThereAsync(witness, commit.Id, cancellation).ConfigureAwait(false);
                bool stands = applied || commit.Parent == pending.Parent || pending.ParentSize is not { } size || commit.Size == size;
                return (applied ? pending.After : stands ? pending.Before : null, false);
            default: return (null, false);
        }
    }

    private async Task<bool> ExistsAsync(string id, CancellationToken cancellation)
    {
        try
        {
            await repo.InspectAsync(id, cancellation).ConfigureAwait(false);
            return true;
        }
        catch (PachydermException missing) when (missing.Kind is PachydermErrorKind.NotFound)
        {
            return false;
        }
    }

    [LoggerMessage(LogLevel.Information, "Recovered {Branch} at {Head}: ledger #{Number} counts, {Fenced} open commits were finished.")]
    private partial void LogRecovered(string branch, string head, long number, int fenced);

    [LoggerMessage(LogLevel.Debug, "{Repo}@{Commit} was finished meanwhile.")]
    private partial void LogAlreadyFinished(string repo, string commit);
}
