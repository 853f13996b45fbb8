using System.Runtime.CompilerServices;
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
    // The commits of a batch that died at any step, a void one and an automatic head lie above the last one that carries a ledger.
    private const int MaxInspected = 4;

    private static readonly Dictionary<string, CommitDescription.Pending> NoneKnown = [];

    public Recovery(OutputRepo repo, ILoggerFactory logs)
        : this(repo, new(repo), new(repo, logs.CreateLogger<Waiting>()), logs.CreateLogger<Recovery>())
    {
    }

    /// <summary>Recovers.</summary>
    /// <param name="doubt">
    /// The attempt whose outcome is not known: the ids of all that counts since the commit that it was built on are gathered. Null: none.
    /// </param>
    /// <param name="cancellation">Ends it between two calls.</param>
    public async Task<Recovered> RunAsync(Attempt? doubt, CancellationToken cancellation)
    {
        string head = await repo.HeadAsync(cancellation).ConfigureAwait(false);
        Dictionary<string, CommitDescription.Pending> known = [];
        if (doubt is { Commit: { } commit, Opened: { } opened })
            known.Add(commit, opened);
        (CommitView finished, CommitView below, int fenced) = await FinishOpenAsync(head, known, cancellation).ConfigureAwait(false);
        Recovered recovered = await SearchAsync(finished, below, doubt, known, cancellation).ConfigureAwait(false);
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
        return await SearchAsync(commit, commit, doubt: null, NoneKnown, cancellation).ConfigureAwait(false);
    }

    /// <summary>What counted when a commit was the head.</summary>
    /// <param name="commit">The commit's id.</param>
    /// <param name="cancellation">Ends it between two calls.</param>
    public async Task<Recovered> PeekAtAsync(string commit, CancellationToken cancellation)
    {
        CommitView view = await repo.InspectAsync(commit, cancellation).ConfigureAwait(false);
        return await SearchAsync(view, view, doubt: null, NoneKnown, cancellation).ConfigureAwait(false);
    }

    /// <summary>Whether a commit is there, neither dropped nor squashed.</summary>
    public async Task<bool> ExistsAsync(string id, CancellationToken cancellation)
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

    // From the oldest open commit towards the head: a head finished before its open parent would block the repo for ever. Answers the first
    // commit below that was finished already, too.
    private async Task<(CommitView Head, CommitView Below, int Finished)> FinishOpenAsync(
        string head, Dictionary<string, CommitDescription.Pending> known, CancellationToken cancellation)
    {
        Stack<CommitView> open = [];
        CommitView last = await repo.InspectAsync(head, cancellation).ConfigureAwait(false);
        CommitView commit = last;
        while (!commit.IsFinished)
        {
            if (commit.IsOpen)
                open.Push(commit);
            if (commit.Parent.Length == 0)
                break;
            CommitView parent = await repo.InspectAsync(commit.Parent, cancellation).ConfigureAwait(false);
            if (!commit.IsOpen && parent.IsOpen && await StuckCommit.FindAsync(repo, commit, cancellation).ConfigureAwait(false) is { } stuck)
                throw new SpoutConfigurationException($"{stuck}");
            commit = parent;
        }

        foreach (CommitView left in open)
        {
            try
            {
                await FinishOpenAsync(left, known, cancellation).ConfigureAwait(false);
            }
            catch (PachydermException finished) when (finished.Kind is PachydermErrorKind.AlreadyFinished)
            {
                // Its writer, or another recovery, was faster: the same result.
                LogAlreadyFinished(repo.Name, left.Id);
            }

            last = await waiting.FinishedAsync(left.Id, cancellation).ConfigureAwait(false);
        }

        return (last.IsFinished && last.Id == head ? last : await waiting.FinishedAsync(head, cancellation).ConfigureAwait(false), commit, open.Count);
    }

    // Finished without a description, a pending commit keeps its own, and publishes nothing or a whole batch. What it was opened with is kept in
    // mind: somebody may finish it with a message, or its writer may finish what is cleared here, between the look and the call.
    private async Task FinishOpenAsync(CommitView commit, Dictionary<string, CommitDescription.Pending> known, CancellationToken cancellationToken)
    {
        string description = "";
        if (Describe(commit) is CommitDescription.Pending pending)
        {
            known[commit.Id] = pending;
            if (pending.Parent != commit.Parent)
            {
                // Nothing is squashed under an open commit, so the parent was dropped. The writer sees so, or is dead, and attaches nothing.
                description = new CommitDescription.Nothing().ToString();
            }
            else if (pending.Witness is { } witness && await witnesses.IsExceededAsync(witness, commit.Id, cancellationToken).ConfigureAwait(false))
            {
                // Attached twice it would be neither what was before nor what comes after.
                LogCleared(repo.Name, commit.Id, witness.Path);
                await repo.ClearAsync(commit.Id, cancellationToken).ConfigureAwait(false);
            }
        }

        await repo.FinishAsync(commit.Id, description, cancellationToken).ConfigureAwait(false);
    }

    private async Task<Recovered> SearchAsync(
        CommitView head, CommitView below, Attempt? doubt, Dictionary<string, CommitDescription.Pending> known, CancellationToken cancellation)
    {
        Dictionary<string, string> counting = new(StringComparer.Ordinal);
        Counted? best = null;
        bool settled = false, decided = false, reached = doubt is null;

        // What was attached may lie below the void commit of a process that could not know whose it is.
        long lowest = doubt is { WasAttached: true, Opened: { } offered } ? offered.Before.Number : doubt?.After.Number ?? 0;
        await foreach (CommitView commit in WalkAsync(head, below, cancellation).ConfigureAwait(false))
        {
            CommitDescription.Pending? opened = known.GetValueOrDefault(commit.Id);
            if (commit.Error.Length == 0 && (Describe(commit) ?? opened) is { } description)
            {
                Counted? counted = await CountAsync(commit, description, opened, doubt, cancellation).ConfigureAwait(false);
                if (counted is { Ledger: var ledger, IsFinal: var final })
                {
                    // A void above repeats the id of the batch below it: the lowest commit is the one with the data.
                    counting[ledger.BatchId] = commit.Id;
                    if ((!decided || (commit.Id == doubt?.Commit && ledger.Number > best!.Ledger.Number)) && (best is null || (final ? ledger.Number >= best.Ledger.Number : ledger.Number > best.Ledger.Number)))
                    {
                        best = counted;
                        settled = final && commit.Id == head.Id;
                    }

                    decided |= final;
                    reached |= final && ledger.Number < lowest;
                }
            }

            reached |= commit.Id == doubt?.Commit || commit.Id == doubt?.Opened?.Parent;

            if (decided && reached)
                break;
        }

        // A head that ended with an error shows, by its id, data that its children do not have: nothing can be compared with it.
        bool untouched = best is null && head.Error.Length == 0;
        return new(head.Id, best?.Data, best?.Ledger ?? Ledger.Empty, IsSettled: untouched || settled, head.SpecCommit, counting);
    }

    // From a commit down, past one that is known already. What lies near the head is found with a few calls, however long the history is; the
    // rest comes over one stream.
    private async IAsyncEnumerable<CommitView> WalkAsync(CommitView head, CommitView below, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        CommitView commit = head;
        for (int inspected = 1; ; inspected++)
        {
            yield return commit;
            if (commit.Parent.Length == 0)
                yield break;
            if (inspected == MaxInspected)
                break;
            commit = commit.Parent == below.Id ? below : await repo.InspectAsync(commit.Parent, cancellationToken).ConfigureAwait(false);
        }

        LogWalks(repo.BranchName, commit.Parent);
        await foreach (CommitView older in repo.WalkAsync(commit.Parent, cancellationToken).ConfigureAwait(false))
            yield return older;
    }

    // A commit does not stand on the data of one that ended with an error, but on that of the one below.
    private async Task<bool> ChangesAsync(CommitView commit, CancellationToken cancellationToken)
    {
        string parent = commit.Parent;
        while (parent.Length > 0 && await repo.InspectAsync(parent, cancellationToken).ConfigureAwait(false) is { Error.Length: > 0 } errored)
            parent = errored.Parent;
        return await repo.ChangesAsync(commit.Id, parent, cancellationToken).ConfigureAwait(false);
    }

    private CommitDescription? Describe(CommitView commit) => CommitDescription.Parse(commit.Description, $"{repo.Name}@{commit.Id}");

    // Whoever finishes a commit with a message takes its description away, and whoever clears one its data; the process that opened it, or
    // found it open, still knows what it was opened with.
    private async Task<Counted?> CountAsync(
        CommitView commit, CommitDescription description, CommitDescription.Pending? opened, Attempt? doubt, CancellationToken cancellationToken)
    {
        switch (description)
        {
            case CommitDescription.Final when opened is not null && await WasClearedAsync(commit, opened, cancellationToken).ConfigureAwait(false):
                LogEmpty(repo.Name, commit.Id);
                return new(opened.Before, opened.Data, IsFinal: false);
            case CommitDescription.Final final:
                return new(final.Ledger, commit.Id, IsFinal: true);
            case CommitDescription.Void state:
                return new(state.Ledger, state.Data, IsFinal: true);
            case CommitDescription.Pending pending:
                return await CountAsync(commit, pending, doubt, cancellationToken).ConfigureAwait(false);
            default:
                return null;
        }
    }

    // What somebody wrote over is not what was cleared: the rest of the batch is there.
    private async Task<bool> WasClearedAsync(CommitView commit, CommitDescription.Pending opened, CancellationToken cancellationToken) =>
        opened.Witness is { } witness
        && !await witnesses.IsThereAsync(witness, commit.Id, cancellationToken).ConfigureAwait(false)
        && !await ChangesAsync(commit, cancellationToken).ConfigureAwait(false);

    // A pending commit counts where its parent is the one it names, or where that one is gone and was squashed into it, which then changes
    // something. One that changes nothing was opened behind a drop; only where the data of its ledger lies deeper, what was dropped or
    // squashed was state alone. On another parent its writer came late, saw so, and never attached anything.
    private async Task<Counted?> CountAsync(
        CommitView commit, CommitDescription.Pending pending, Attempt? doubt, CancellationToken cancellationToken)
    {
        Counted before = new(pending.Before, pending.Data, IsFinal: false);
        if (commit.Parent != pending.Parent)
        {
            if (await ExistsAsync(pending.Parent, cancellationToken).ConfigureAwait(false))
                return null;
            if (!await ChangesAsync(commit, cancellationToken).ConfigureAwait(false))
            {
                return pending.Data is { } data && data != pending.Parent && await ExistsAsync(data, cancellationToken).ConfigureAwait(false)
                    ? before
                    : null;
            }

            before = before with { Data = commit.Id };
        }

        // What this process has never attached is nowhere, whatever a commit looks like.
        bool mayBeThere = doubt?.After.BatchId != pending.BatchId || doubt.WasAttached;
        return mayBeThere && pending.Witness is { } witness && await witnesses.IsThereAsync(witness, commit.Id, cancellationToken).ConfigureAwait(false)
            ? new(pending.After, commit.Id, IsFinal: false)
            : before;
    }

    [LoggerMessage(LogLevel.Information, "Recovered {Branch} at {Head}: ledger #{Number} counts, {Fenced} open commits were finished.")]
    private partial void LogRecovered(string branch, string head, long number, int fenced);

    [LoggerMessage(LogLevel.Warning,
        "{Path} in the open commit {Repo}@{Commit} is larger than its batch made it: the batch was attached twice, or somebody wrote to it. The commit is cleared, and its batch comes again.")]
    private partial void LogCleared(string repo, string commit, string path);

    [LoggerMessage(LogLevel.Warning,
        "{Repo}@{Commit} was cleared before it was finished: its ledger speaks of data that it does not have. The ledger before it counts, and its batch comes again.")]
    private partial void LogEmpty(string repo, string commit);

    [LoggerMessage(LogLevel.Information, "Looking through the commits of {Branch} from {Commit} down for the last one that carries a ledger.")]
    private partial void LogWalks(string branch, string commit);

    [LoggerMessage(LogLevel.Debug, "{Repo}@{Commit} was finished meanwhile.")]
    private partial void LogAlreadyFinished(string repo, string commit);

    // A ledger that counts, and the commit with the data that it speaks of.
    private sealed record Counted(Ledger Ledger, string? Data, bool IsFinal);
}
