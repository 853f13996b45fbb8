using Microsoft.Extensions.Logging;
using Spouts.Batching;
using Spouts.Ledgers;
using Spouts.Pachyderm;
using Spouts.Telemetry;

namespace Spouts.Publishing;

/// <summary>
/// Publishes batches exactly once: one batch, one commit, one attach. A call whose outcome is unknown is never repeated;
/// what became of it is looked up. Batches of several sources queue here, and each finds its own entry in the one ledger.
/// </summary>
internal sealed partial class Publisher(
    OutputRepo repo,
    string specCommit,
    Recovery recovery,
    Witnesses witnesses,
    Waiting waiting,
    Collisions? collisions,
    Backoff backoff,
    ILogger<Publisher> logger)
    : IDisposable
{
    private const int MostFences = 3;

    // A commit may be dropped while recovery walks, and a pipeline may just be being created; one that stays away was deleted.
    private const int MostMissing = 5;

    // The first looks at the one path that Pachyderm names, the others at all of the batch.
    private const int MostMends = 3;

    private readonly SemaphoreSlim _turn = new(1, 1);
    private Position? _position;
    private int _fences;
    private int _doubts;

    public Publisher(OutputRepo repo, string specCommit, Recovery recovery, Collisions? collisions, TimeProvider time, ILoggerFactory logs)
        : this(
            repo, specCommit, recovery, new(repo), new(repo, logs.CreateLogger<Waiting>()), collisions, new(time), logs.CreateLogger<Publisher>())
    {
    }

    /// <summary>Where the next batch would stand; recovers first where that is not known.</summary>
    public Task<Position> PositionAsync(CancellationToken cancellation) =>
        InTurnAsync(() => SettleAsync(cancellation), cancellation);

    /// <summary>Has the next position looked up, because the commit of the last one is not there any more.</summary>
    public Task ForgetAsync(CancellationToken cancellation) =>
        InTurnAsync(() => Task.FromResult(_position = null), cancellation);

    /// <summary>Publishes a batch and waits until it is durable or known to be lost. Only then may its source be acknowledged.</summary>
    /// <exception cref="ImpossibleDataException">
    /// Pachyderm cannot keep it, and not because of any path of the batch, or nobody was given that would take such paths out of it.
    /// </exception>
    public Task<PublishResult> PublishAsync(StagedBatch batch, CancellationToken cancellation) =>
        InTurnAsync(() => MendingAsync(batch, cancellation), cancellation);

    /// <summary>Saves a cursor or due time that moved without a file: a void commit.</summary>
    public Task<PublishResult> SaveAsync(SourceKey source, SourceEntry from, SourceEntry to, CancellationToken cancellation) =>
        AmendAsync(ledger => Moved(ledger, source, from, to, files: 0, bytes: 0), cancellation);

    /// <summary>Changes the ledger in a void commit.</summary>
    /// <param name="amend">
    /// What to make of the ledger that counts; null to leave it. It is asked again when another ledger has come to count meanwhile.
    /// </param>
    /// <param name="cancellation">Ends it between two calls.</param>
    public Task<PublishResult> AmendAsync(Func<Ledger, Ledger?> amend, CancellationToken cancellation) =>
        InTurnAsync(() => PublishAsync(amend, batch: null, cancellation), cancellation);

    public void Dispose() => _turn.Dispose();

    private async Task<T> InTurnAsync<T>(Func<Task<T>> work, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            return await work().ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    // A batch that collides with what is in the repo is published without what collides.
    private async Task<PublishResult> MendingAsync(StagedBatch batch, CancellationToken cancellation)
    {
        StagedBatch? mended = null;
        try
        {
            for (int mends = 0; ; mends++)
            {
                Position position = await SettleAsync(cancellation).ConfigureAwait(false);
                StagedBatch current = mended ?? batch;
                try
                {
                    return await PublishAsync(
                        ledger => Moved(ledger, current.Source, current.Base, current.Entry, current.Paths.Count, current.Bytes),
                        current,
                        cancellation).ConfigureAwait(false);
                }
                catch (ImpossibleDataException impossible) when (collisions is not null && mends < MostMends)
                {
                    StagedBatch? next = await collisions.MendAsync(
                        current, impossible.Error, position.Head, isThorough: mends > 0, cancellation).ConfigureAwait(false);
                    if (next is null)
                        throw;
                    if (mended is not null)
                        await mended.DisposeAsync().ConfigureAwait(false);
                    mended = next;
                    batch.DeadLetters = next.DeadLetters;
                }
            }
        }
        finally
        {
            if (mended is not null)
                await mended.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static Ledger? Moved(Ledger ledger, SourceKey source, SourceEntry from, SourceEntry to, long files, long bytes) =>
        ledger.Entry(source) == from ? ledger.Next(source, to, files, bytes) : null;

    private async Task<PublishResult> PublishAsync(Func<Ledger, Ledger?> move, StagedBatch? batch, CancellationToken cancellation)
    {
        while (true)
        {
            Position position = await SettleAsync(cancellation).ConfigureAwait(false);
            if (move(position.Ledger) is not { } after)
                return new PublishResult.Dropped("the ledger moved while it was staged");
            try
            {
                _position = null;
                string commit = await CommitAsync(position, after, batch, cancellation).ConfigureAwait(false);
                return Confirmed(commit, after);
            }
            catch (PachydermException failed) when (failed.Kind is PachydermErrorKind.FileSetGone)
            {
                await backoff.WaitAsync(++_doubts, cancellation).ConfigureAwait(false);
                return new PublishResult.Dropped("its file set has expired");
            }
            catch (Exception doubt) when (IsDoubt(doubt))
            {
                LogInDoubt(repo.BranchName, after.Number, doubt.Message);
                CountDoubt(doubt);
                Recovered found = await RecoverAsync(position.Head, cancellation).ConfigureAwait(false);
                if (found.IsSettled)
                    _position = new(found.Head, found.Size, found.Ledger);
                if (found.CountingBatches.TryGetValue(after.BatchId, out string? published))
                    return Confirmed(published, after);
                await backoff.WaitAsync(_doubts, cancellation).ConfigureAwait(false);
            }
        }
    }

    private PublishResult.Committed Confirmed(string commit, Ledger after)
    {
        _fences = 0;
        _doubts = 0;
        return new(commit, after);
    }

    // Steps 2 to 6 of the recipe. It answers only when the commit is FINISHED without an error.
    private async Task<string> CommitAsync(Position position, Ledger after, StagedBatch? batch, CancellationToken cancellation)
    {
        Witness? witness = batch is null ? null : await FindWitnessAsync(batch, position.Head, cancellation).ConfigureAwait(false);
        // Refused now or never: once a pending commit has the batch, its ledger counts, however large.
        string done = Checked(batch is null ? new CommitDescription.Void(after) : new CommitDescription.Final(after));
        CommitDescription.Pending pending = new(after.BatchId, position.Head, position.Size, position.Ledger, after, witness);
        string commit = await OpenAsync(position.Head, pending, cancellation).ConfigureAwait(false);
        if (batch is not null)
            await AttachAsync(commit, batch, witness, cancellation).ConfigureAwait(false);
        await FinishAsync(commit, done, after, cancellation).ConfigureAwait(false);
        return commit;
    }

    private async Task<Witness?> FindWitnessAsync(StagedBatch batch, string parent, CancellationToken cancellation)
    {
        using (Instruments.Step(repo.Pipeline, "witness"))
            return await witnesses.FindAsync(batch, parent, cancellation).ConfigureAwait(false);
    }

    // Publishes and confirms: from here on the commit carries the ledger, and the next one stands on it.
    private async Task FinishAsync(string commit, string description, Ledger ledger, CancellationToken cancellation)
    {
        using (Instruments.Step(repo.Pipeline, "publish"))
            await repo.FinishAsync(commit, description, cancellation).ConfigureAwait(false);
        CommitView finished;
        using (Instruments.Step(repo.Pipeline, "confirm"))
            finished = await waiting.FinishedAsync(commit, cancellation).ConfigureAwait(false);
        if (finished.Error.Length > 0)
            throw Impossible(finished);
        _position = new(commit, finished.Size, ledger);
    }

    private async Task<string> OpenAsync(string parent, CommitDescription.Pending pending, CancellationToken cancellation)
    {
        string id;
        using (Instruments.Step(repo.Pipeline, "open"))
            id = await repo.StartAsync(pending.ToString(), cancellation).ConfigureAwait(false);
        CommitView opened;
        using (Instruments.Step(repo.Pipeline, "check"))
            opened = await repo.InspectAsync(id, cancellation).ConfigureAwait(false);
        if (opened.Parent == parent && opened.SpecCommit == specCommit)
            return id;
        // Empty and on another parent, it counts for nothing; left open it would block the branch.
        await repo.FinishAsync(id, opened.Parent == parent ? "" : CommitDescription.Late, cancellation).ConfigureAwait(false);
        if (opened.Parent != parent)
            throw new FencedException($"somebody else published {opened.Parent} in between");
        throw new SupersededException(ExitCodes.Replaced, opened.SpecCommit.Length == 0
            ? $"The pipeline {repo.Name} is stopped: its output branch belongs to nobody. Start it with: pachctl start pipeline {repo.Name}"
            : $"The pipeline {repo.Name} was updated to {opened.SpecCommit}; this process belongs to {specCommit} and ends for its successor.");
    }

    private async Task AttachAsync(string commit, StagedBatch batch, Witness? witness, CancellationToken cancellation)
    {
        try
        {
            using (Instruments.Step(repo.Pipeline, "attach"))
                await repo.AttachAsync(commit, batch.FileSet, cancellation).ConfigureAwait(false);
        }
        catch (PachydermException gone) when (gone.Kind is PachydermErrorKind.FileSetGone)
        {
            await repo.FinishAsync(commit, description: "", cancellation).ConfigureAwait(false);
            throw;
        }

        if (witness is null || !await witnesses.IsExceededAsync(batch, witness, commit, cancellation).ConfigureAwait(false))
            return;
        LogAttachedTwice(repo.Name, commit);
        await repo.ClearAsync(commit, cancellation).ConfigureAwait(false);
        await repo.AttachAsync(commit, batch.FileSet, cancellation).ConfigureAwait(false);
    }

    // Where the position is unknown: recover, and where the head does not carry the ledger itself, put it there.
    private async Task<Position> SettleAsync(CancellationToken cancellation)
    {
        while (_position is null)
        {
            Recovered found = await RecoverAsync(built: null, cancellation).ConfigureAwait(false);
            if (found.IsSettled)
            {
                _position = new(found.Head, found.Size, found.Ledger);
                break;
            }

            try
            {
                await CommitVoidAsync(found, cancellation).ConfigureAwait(false);
            }
            catch (Exception doubt) when (IsDoubt(doubt))
            {
                LogInDoubt(repo.BranchName, found.Ledger.Number, doubt.Message);
                CountDoubt(doubt);
                await backoff.WaitAsync(_doubts, cancellation).ConfigureAwait(false);
            }
        }

        return _position;
    }

    private async Task CommitVoidAsync(Recovered found, CancellationToken cancellation)
    {
        CommitDescription.Pending pending = new(found.Ledger.BatchId, found.Head, found.Size, found.Ledger, found.Ledger, Witness: null);
        string commit = await OpenAsync(found.Head, pending, cancellation).ConfigureAwait(false);
        await FinishAsync(commit, new CommitDescription.Void(found.Ledger).ToString(), found.Ledger, cancellation).ConfigureAwait(false);
    }

    // Asking again is always allowed, so a server that cannot be reached is waited for.
    private async Task<Recovered> RecoverAsync(string? built, CancellationToken cancellation)
    {
        int missing = 0;
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await recovery.RunAsync(built, cancellation).ConfigureAwait(false);
            }
            catch (PachydermException failed) when (failed.Kind is PachydermErrorKind.Unreachable or PachydermErrorKind.NotFinished
                or PachydermErrorKind.AlreadyFinished or PachydermErrorKind.Unexpected
                || (failed.Kind is PachydermErrorKind.NotFound && ++missing < MostMissing))
            {
                LogNotRecovered(repo.BranchName, failed.Message);
                await backoff.WaitAsync(attempt, cancellation).ConfigureAwait(false);
            }
        }
    }

    private void CountDoubt(Exception doubt)
    {
        _doubts++;
        Instruments.Retried(repo.Pipeline, source: null, "publishing");
        bool fenced = doubt is FencedException or PachydermException
        {
            Kind: PachydermErrorKind.AlreadyFinished or PachydermErrorKind.HeadOpen or PachydermErrorKind.NotFound,
        };
        if (!fenced)
            return;
        if (++_fences >= MostFences)
        {
            throw new SupersededException(ExitCodes.Fenced,
                $"Another process publishes to {repo.BranchName}: this one was fenced {_fences} times without a commit of its own. "
                + "It ends and tries again when it is restarted; make sure that only one worker runs.", doubt);
        }
    }

    private string Checked(CommitDescription description)
    {
        string text = description.ToString();
        if (text.Length > CommitDescription.LargestLedger)
        {
            throw new SpoutConfigurationException(
                $"The ledger of {repo.Name} has {text.Length} characters; at most {CommitDescription.LargestLedger} fit a commit. "
                + "Keep cursors small: positions and ids, not contents.");
        }

        if (text.Length > CommitDescription.LargeLedger)
            LogLargeLedger(repo.Name, text.Length);
        return text;
    }

    private static bool IsDoubt(Exception error) => error is FencedException or PachydermException
    {
        Kind: not (PachydermErrorKind.Unauthenticated or PachydermErrorKind.PermissionDenied
            or PachydermErrorKind.NotTheSidecar or PachydermErrorKind.Forgotten),
    };

    private ImpossibleDataException Impossible(CommitView commit) => new(
        $"Pachyderm found the data of {repo.Name}@{commit.Id} impossible and no reader will see it: {commit.Error}. "
        + "A path that is a folder in the repo cannot become a file, nor the other way round: change the path in the source, "
        + "or delete what is there. Nothing was acknowledged; the source runs again when the process is restarted.", commit.Error);

    [LoggerMessage(LogLevel.Warning, "What became of batch #{Number} on {Branch} is not known and is looked up: {Reason}")]
    private partial void LogInDoubt(string branch, long number, string reason);

    [LoggerMessage(LogLevel.Warning, "{Branch} cannot be recovered yet and is tried again: {Reason}")]
    private partial void LogNotRecovered(string branch, string reason);

    [LoggerMessage(LogLevel.Warning, "Pachyderm attached the file set to {Repo}@{Commit} twice; the commit is cleared and filled once more.")]
    private partial void LogAttachedTwice(string repo, string commit);

    [LoggerMessage(LogLevel.Warning, "The ledger of {Repo} has {Length} characters; cursors are meant to be small.")]
    private partial void LogLargeLedger(string repo, int length);
}
