using Microsoft.Extensions.Logging;
using Spouts.Batching;
using Spouts.Ledgers;
using Spouts.Pachyderm;
using Spouts.Telemetry;

namespace Spouts.Publishing;

/// <summary>
/// The steps from a staged batch to a durable commit, each a call: open, check, attach, publish, confirm. Any of them may throw with
/// its outcome unknown; nothing here looks that up, and nothing is repeated.
/// </summary>
internal sealed partial class Recipe(OutputRepo repo, string specCommit, Witnesses witnesses, Waiting waiting, TimeProvider time, ILogger<Recipe> logger)
{
    private bool _hasWarnedOfClock;
    private bool _hasWarnedOfSize;

    public Recipe(OutputRepo repo, string specCommit, TimeProvider time, ILoggerFactory logs)
        : this(repo, specCommit, new(repo), new(repo, logs.CreateLogger<Waiting>()), time, logs.CreateLogger<Recipe>())
    {
    }

    /// <summary>Commits a batch, or a ledger alone, on the head as it is known.</summary>
    /// <param name="position">The head, and the ledger that counts there.</param>
    /// <param name="attempt">The ledger that shall count; what was done is noted there, before it is done.</param>
    /// <param name="batch">The batch; null for a void commit.</param>
    /// <param name="cancellation">Ends it between two calls.</param>
    /// <returns>Where the next batch stands: on this commit, which is FINISHED without an error.</returns>
    /// <exception cref="FencedException">The head is another one.</exception>
    /// <exception cref="SupersededException">The pipeline is another one.</exception>
    /// <exception cref="ImpossibleDataException">Pachyderm cannot keep the batch.</exception>
    public async Task<Position> CommitAsync(Position position, Attempt attempt, StagedBatch? batch, CancellationToken cancellation)
    {
        Ledger after = attempt.After;
        Witness? witness = batch is null ? null : await FindWitnessAsync(batch, position.Head, cancellation).ConfigureAwait(false);
        // Refused now or never: once a pending commit has the batch, its ledger counts, however large.
        string done = Checked(batch is null ? new CommitDescription.Void(after, position.Data) : new CommitDescription.Final(after), after.ItemsLength);
        attempt.Opened = new(after.BatchId, position.Head, position.Data, position.Ledger, after, witness);
        string commit = await OpenAsync(position.Head, attempt, cancellation).ConfigureAwait(false);
        if (batch is not null)
        {
            attempt.WasAttached = true;
            await AttachAsync(commit, batch, witness, cancellation).ConfigureAwait(false);
        }

        await FinishAsync(commit, done, cancellation).ConfigureAwait(false);
        if (witness is not null && !await witnesses.IsKeptAsync(witness, commit, cancellation).ConfigureAwait(false))
            throw new FencedException($"the commit {commit} was cleared before it was finished: another process recovers, or somebody cleared it by hand");
        return new(commit, batch is null ? position.Data : commit, after);
    }

    /// <summary>Puts the ledger that counts, which the head does not carry itself, onto a void commit.</summary>
    public async Task<Position> CommitVoidAsync(Recovered found, CancellationToken cancellation)
    {
        Attempt attempt = new(found.Ledger)
        {
            Opened = new(found.Ledger.BatchId, found.Head, found.Data, found.Ledger, found.Ledger, Witness: null),
        };
        string commit = await OpenAsync(found.Head, attempt, cancellation).ConfigureAwait(false);
        await FinishAsync(commit, new CommitDescription.Void(found.Ledger, found.Data).ToString(), cancellation).ConfigureAwait(false);
        return found.Position with { Head = commit };
    }

    /// <summary>Makes sure, before anything is touched, that this process belongs to the pipeline as it is now.</summary>
    /// <exception cref="SupersededException">The pipeline was updated.</exception>
    public async Task RequireCurrentAsync(CancellationToken cancellationToken)
    {
        // Where the pipeline cannot be found, or is stopped, the check of the next commit says so.
        if (specCommit.Length > 0 && await repo.SpecCommitAsync(cancellationToken).ConfigureAwait(false) is { } current && current != specCommit)
        {
            throw new SupersededException(ExitCodes.Replaced,
                $"The pipeline {repo.Name} was updated: its spec is {current} now, and this process belongs to {specCommit}. It ends for its successor.");
        }
    }

    /// <summary>Whether a commit shows that this version of the pipeline runs; who writes from outside, while it is stopped, has no version.</summary>
    public bool IsShownBy(string versionOfCommit) => specCommit.Length == 0 || versionOfCommit == specCommit;

    private async Task<Witness?> FindWitnessAsync(StagedBatch batch, string parent, CancellationToken cancellation)
    {
        using (Instruments.Step(repo.Pipeline, "witness"))
            return await witnesses.FindAsync(batch, parent, cancellation).ConfigureAwait(false);
    }

    private async Task<string> OpenAsync(string parent, Attempt attempt, CancellationToken cancellation)
    {
        string id;
        DateTimeOffset before = time.GetUtcNow();
        using (Instruments.Step(repo.Pipeline, "open"))
            id = await repo.StartAsync(attempt.Opened!.ToString(), cancellation).ConfigureAwait(false);
        attempt.Commit = id;
        DateTimeOffset after = time.GetUtcNow();
        CommitView opened;
        using (Instruments.Step(repo.Pipeline, "check"))
            opened = await repo.InspectAsync(id, cancellation).ConfigureAwait(false);
        CompareClocks(before, after, opened);
        if (opened.Parent == parent && opened.SpecCommit == specCommit)
            return id;
        // Empty and on another parent, it counts for nothing; left open it would block the branch.
        await repo.FinishAsync(id, opened.Parent == parent ? "" : new CommitDescription.Nothing().ToString(), cancellation).ConfigureAwait(false);
        if (opened.SpecCommit == specCommit)
            throw new FencedException($"the head was {opened.Parent} and no longer {parent}: another process published in between, or an administrator dropped commits");
        await RequireCurrentAsync(cancellation).ConfigureAwait(false);
        throw new SupersededException(ExitCodes.Replaced, opened.SpecCommit.Length > 0
            ? $"Somebody has put the commit {opened.SpecCommit} onto the spec repo {repo.Name}.spec, and the pipeline is still {specCommit}: only an update of "
                + $"the pipeline puts that right: {Pachctl.UpdatePipeline(repo.Pipeline)}"
            : $"The output branch {repo.BranchName} does not belong to a pipeline any more: the pipeline is stopped, or it was deleted and its repo kept, "
                + $"or the branch was deleted. See which: {Pachctl.InspectPipeline(repo.Project, repo.Pipeline)}. Where it is stopped: {Pachctl.StartPipeline(repo.Project, repo.Pipeline)}; "
                + $"where it runs, which gives the branch back to it: {Pachctl.RestartPipeline(repo.Project, repo.Pipeline)}; else create it.");
    }

    // Said once: a worker's process has one recipe, and a clock that is wrong stays so.
    private void CompareClocks(DateTimeOffset before, DateTimeOffset after, CommitView opened)
    {
        if (_hasWarnedOfClock || opened.Started is not { } started || ClockSkew.Seen(before, after, started) is not { IsWrong: true } skew)
            return;
        _hasWarnedOfClock = true;
        LogClocksDiffer(opened.Id, repo.BranchName, skew, ClockSkew.Cure);
    }

    private async Task AttachAsync(string commit, StagedBatch batch, Witness? witness, CancellationToken cancellation)
    {
        batch.WasOffered = true;
        try
        {
            using (Instruments.Step(repo.Pipeline, "attach"))
                await repo.AttachAsync(commit, batch.FileSet, cancellation).ConfigureAwait(false);
            if (witness is null || !await witnesses.IsExceededAsync(witness, commit, cancellation).ConfigureAwait(false))
                return;
            LogAttachedTwice(repo.Name, commit);
            await repo.ClearAsync(commit, cancellation).ConfigureAwait(false);
            await repo.AttachAsync(commit, batch.FileSet, cancellation).ConfigureAwait(false);
        }
        catch (PachydermException gone) when (gone.Kind is PachydermErrorKind.FileSetGone)
        {
            await repo.FinishAsync(commit, description: "", cancellation).ConfigureAwait(false);
            throw;
        }
    }

    // Publishes and confirms: from here on the commit carries the ledger, and the next one stands on it.
    private async Task FinishAsync(string commit, string description, CancellationToken cancellation)
    {
        using (Instruments.Step(repo.Pipeline, "publish"))
            await repo.FinishAsync(commit, description, cancellation).ConfigureAwait(false);
        CommitView finished;
        using (Instruments.Step(repo.Pipeline, "confirm"))
            finished = await waiting.FinishedAsync(commit, cancellation).ConfigureAwait(false);
        if (finished.Error.Length > 0)
            throw Impossible(finished);
    }

    /// <summary>Makes sure that a ledger fits a commit.</summary>
    /// <param name="repo">The repo, for the message.</param>
    /// <param name="description">The description with the ledger.</param>
    /// <param name="items">How many of its characters are ids of items, which are bounded on their own.</param>
    /// <returns>The description.</returns>
    /// <exception cref="SpoutConfigurationException">It does not fit.</exception>
    public static string Require(string repo, CommitDescription description, int items)
    {
        string text = description.ToString();
        return text.Length - items <= CommitDescription.LargestLedger ? text : throw new SpoutConfigurationException(
            $"The ledger of {repo} has {text.Length - items} characters; at most {CommitDescription.LargestLedger} fit a commit. "
            + "Keep cursors small: positions and ids, not contents.");
    }

    private string Checked(CommitDescription description, int items)
    {
        string text = Require(repo.Name, description, items);
        if (text.Length - items > CommitDescription.LargeLedger && !_hasWarnedOfSize)
        {
            _hasWarnedOfSize = true;
            LogLargeLedger(repo.Name, text.Length - items);
        }

        return text;
    }

    private ImpossibleDataException Impossible(CommitView commit) => new(
        $"Pachyderm found the data of {repo.Name}@{commit.Id} impossible: {commit.Error}. Nothing of it was kept or acknowledged. "
        + "A path that is a folder in the repo cannot become a file, nor the other way round: give it another path, or delete what is there, "
        + "and run it again.", commit.Error);

    [LoggerMessage(LogLevel.Warning, "The commit {Commit} on {Branch} shows that {Skew}: {Cure}.")]
    private partial void LogClocksDiffer(string commit, string branch, ClockSkew skew, string cure);

    [LoggerMessage(LogLevel.Warning, "Pachyderm attached the file set to {Repo}@{Commit} twice; the commit is cleared and filled once more.")]
    private partial void LogAttachedTwice(string repo, string commit);

    [LoggerMessage(LogLevel.Warning, "The ledger of {Repo} has {Length} characters and travels with every commit: keep positions and ids in cursors, not contents or sets that grow.")]
    private partial void LogLargeLedger(string repo, int length);
}
