using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;
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
    OutputRepo repo, Recipe recipe, Recovery recovery, Collisions? collisions, Backoff backoff, ILogger<Publisher> logger) : IDisposable
{
    private const int MostFences = 3;

    // A commit may be dropped while recovery walks, and a pipeline may just be being created; one that stays away was deleted.
    private const int MostMissing = 5;

    // The first looks at the one path that Pachyderm names, the others at all of the batch.
    private const int MostMends = 3;

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Refusals _refusals = new();
    private readonly Refusals _unrecovered = new();
    private Position? _position;

    // The last attempt, for as long as it is not known where the branch stands: what only this process knows of it helps to find that out.
    private Attempt? _doubt;
    private int _fences;
    private int _doubts;

    public Publisher(OutputRepo repo, string specCommit, Recovery recovery, Collisions? collisions, TimeProvider time, ILoggerFactory logs)
        : this(repo, new(repo, specCommit, time, logs), recovery, collisions, new(time), logs.CreateLogger<Publisher>())
    {
    }

    /// <summary>The sources of the program that publishes, which its ledgers name; null where none does.</summary>
    public IReadOnlyList<SourceKey>? Program { get; init; }

    /// <summary>Where the next batch would stand; recovers first where that is not known.</summary>
    public Task<Position> PositionAsync(CancellationToken cancellation) =>
        InTurnAsync(() => SettleAsync(cancellation), cancellation);

    /// <summary>The ledger that counts. Nothing is closed or written for it; a server that cannot be reached is asked again.</summary>
    public Task<Ledger> PeekAsync(CancellationToken cancellation) =>
        InTurnAsync(async () => (await FoundAsync(() => recovery.PeekAsync(cancellation), cancellation).ConfigureAwait(false)).Ledger, cancellation);

    /// <summary>
    /// The position, after a look at the branch: a head that is another one shows that somebody has written, or dropped or squashed
    /// commits, and is recovered from.
    /// </summary>
    public Task<Position> ConfirmedAsync(CancellationToken cancellationToken) => InTurnAsync(
        async () =>
        {
            if (_position is { } known && await AskAsync<string?>(async () => await repo.HeadAsync(cancellationToken).ConfigureAwait(false), otherwise: null).ConfigureAwait(false) != known.Head)
                _position = null;
            return await SettleAsync(cancellationToken).ConfigureAwait(false);
        },
        cancellationToken);

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
                catch (ImpossibleDataException impossible)
                {
                    current.WasOffered = false;
                    StagedBatch? next;
                    try
                    {
                        next = collisions is null || mends == MostMends ? null : await collisions.MendAsync(
                            current, impossible.Error, position.Head, isThorough: mends > 0, cancellation).ConfigureAwait(false);
                    }
                    catch (PachydermException gone) when (gone.Kind is PachydermErrorKind.FileSetGone)
                    {
                        return Expired();
                    }
                    catch (FileContentException staged) when (staged.InnerException is PachydermException failed)
                    {
                        // The content of what is staged comes from Pachyderm.
                        if (failed.Kind is PachydermErrorKind.FileSetGone)
                            return Expired();
                        ExceptionDispatchInfo.Throw(failed);
                        throw;
                    }

                    if (next is null)
                    {
                        // Whoever reads the branch gets an error, or what the batch has brought, until another commit is its head.
                        await SettleAsync(cancellation).ConfigureAwait(false);
                        throw;
                    }

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
            {
                batch.WasOffered |= mended.WasOffered;
                await mended.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private Ledger? Moved(Ledger ledger, SourceKey source, SourceEntry from, SourceEntry to, long files, long bytes)
    {
        if (ledger.Entry(source) != from)
            return null;
        Ledger after = ledger.Next(source, to, files, bytes);
        CursorTooLargeException.ThrowIfTooLarge(after, source, repo.Pipeline);
        return after;
    }

    private async Task<PublishResult> PublishAsync(Func<Ledger, Ledger?> move, StagedBatch? batch, CancellationToken cancellation)
    {
        while (true)
        {
            Position position = await SettleAsync(cancellation).ConfigureAwait(false);
            if (move(position.Ledger) is not { } moved)
                return new PublishResult.Dropped("the ledger moved while it was staged");
            Ledger after = Program is null ? moved : moved.By(Program);
            if (batch is { IsGone: true })
                return Expired();
            Attempt attempt = new(after);
            try
            {
                (_position, _doubt) = (null, attempt);
                Settled(await recipe.CommitAsync(position, attempt, batch, cancellation).ConfigureAwait(false));
                return Confirmed(_position.Head, after);
            }
            catch (PachydermException failed) when (failed.Kind is PachydermErrorKind.FileSetGone)
            {
                await backoff.WaitAsync(++_doubts, cancellation).ConfigureAwait(false);
                return Expired();
            }
            catch (Exception doubt) when (IsDoubt(doubt))
            {
                LogInDoubt(repo.BranchName, after.Number, doubt.Message);
                CountDoubt();
                Recovered found = await RecoverAsync(cancellation).ConfigureAwait(false);
                if (found.CountingBatches.TryGetValue(after.BatchId, out string? published))
                {
                    // Before anybody is told: where its description was taken away, only this process knows that it counts.
                    Position settled = await SettleAsync(found, cancellation).ConfigureAwait(false);
                    if (settled.Ledger.Number >= after.Number)
                        return Confirmed(published, after);
                    return new PublishResult.Dropped("another process has gone on from the ledger before it");
                }

                // It is known not to be durable.
                batch?.WasOffered = false;
                if (found.IsSettled)
                    Settled(found.Position);
                await JudgeAsync(doubt, position.Head, attempt.Commit, cancellation).ConfigureAwait(false);
                await backoff.WaitAsync(_doubts, cancellation).ConfigureAwait(false);
                if (batch is not null && !await AskAsync(() => batch.RenewAsync(cancellation), otherwise: true).ConfigureAwait(false))
                    return Expired();
            }
        }
    }

    private static PublishResult.Dropped Expired() => new("its file set has expired");

    private PublishResult.Committed Confirmed(string commit, Ledger after)
    {
        _fences = 0;
        _doubts = 0;
        _refusals.Forget();
        return new(commit, after);
    }

    // Where the position is unknown: recover, and where the head does not carry the ledger itself, or shows another version, put it there.
    private Task<Position> SettleAsync(CancellationToken cancellation) =>
        _position is { } position ? Task.FromResult(position) : SettleAsync(recovered: null, cancellation);

    private async Task<Position> SettleAsync(Recovered? recovered, CancellationToken cancellation)
    {
        for (int collided = 0; _position is null;)
        {
            Recovered found = recovered ?? await RecoverAsync(cancellation).ConfigureAwait(false);
            recovered = null;
            if (found.IsSettled)
            {
                Settled(found.Position);
                break;
            }

            try
            {
                Settled(await recipe.CommitVoidAsync(found, cancellation).ConfigureAwait(false));
            }
            catch (Exception doubt) when (IsDoubt(doubt))
            {
                LogInDoubt(repo.BranchName, found.Ledger.Number, doubt.Message);
                CountDoubt();
                await JudgeAsync(doubt, found.Head, commit: null, cancellation).ConfigureAwait(false);
                await backoff.WaitAsync(_doubts, cancellation).ConfigureAwait(false);
            }
            catch (ImpossibleDataException foreign) when (++collided < MostMends)
            {
                // What is in a void commit somebody else has put there.
                LogInDoubt(repo.BranchName, found.Ledger.Number, foreign.Message);
                CountDoubt();
                await backoff.WaitAsync(_doubts, cancellation).ConfigureAwait(false);
            }
        }

        return _position;
    }

    [MemberNotNull(nameof(_position))]
    private void Settled(Position position) => (_position, _doubt) = (position, null);

    private async Task<Recovered> RecoverAsync(CancellationToken cancellation)
    {
        Recovered found = await FoundAsync(
            async () =>
            {
                await recipe.RequireCurrentAsync(cancellation).ConfigureAwait(false);
                return await recovery.RunAsync(_doubt, cancellation).ConfigureAwait(false);
            },
            cancellation).ConfigureAwait(false);

        // A head of another version is stood on by a void commit, so that an update shows before there is anything to bring.
        return found with { IsSettled = found.IsSettled && recipe.IsShownBy(found.SpecCommit) };
    }

    // Asking again is always allowed, so a server that cannot be reached is waited for.
    private async Task<Recovered> FoundAsync(Func<Task<Recovered>> find, CancellationToken cancellation)
    {
        int missing = 0;
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                Recovered found = await find().ConfigureAwait(false);
                _unrecovered.Forget();
                return found;
            }
            catch (PachydermException failed) when (failed.Kind is PachydermErrorKind.Unreachable or PachydermErrorKind.NotFinished
                or PachydermErrorKind.AlreadyFinished or PachydermErrorKind.Unexpected
                || (failed.Kind is PachydermErrorKind.NotFound && ++missing < MostMissing))
            {
                LogNotRecovered(repo.BranchName, failed.Message);
                _unrecovered.Count(failed, repo.BranchName, _doubt?.Commit);
                await backoff.WaitAsync(attempt, cancellation).ConfigureAwait(false);
            }
        }
    }

    // What goes on without an answer: a recovery asks again, an attempt finds out by itself, and nobody is accused of a fence.
    private async Task<T> AskAsync<T>(Func<Task<T>> question, T otherwise)
    {
        try
        {
            return await question().ConfigureAwait(false);
        }
        catch (PachydermException failed)
        {
            LogNotRecovered(repo.BranchName, failed.Message);
            return otherwise;
        }
    }

    private void CountDoubt()
    {
        _doubts++;
        Instruments.Retried(repo.Pipeline, source: null, "publishing");
    }

    // What is to be made of a doubt that a recovery has not cleared up. Where an administrator has dropped the commit that the batch was to
    // stand on, nobody fences anybody.
    private async Task JudgeAsync(Exception doubt, string parent, string? commit, CancellationToken cancellationToken)
    {
        _refusals.Count(doubt, repo.BranchName, commit);
        bool isFence = doubt is PachydermException { Kind: PachydermErrorKind.AlreadyFinished or PachydermErrorKind.HeadOpen }
            || (doubt is FencedException && await AskAsync(() => recovery.ExistsAsync(parent, cancellationToken), otherwise: false).ConfigureAwait(false));
        if (!isFence || ++_fences < MostFences)
            return;
        throw new SupersededException(ExitCodes.Fenced,
            $"Another process publishes to {repo.BranchName}: this one was fenced {_fences} times without a commit of its own. "
            + "It ends and tries again when it is restarted; make sure that only one worker runs.", doubt);
    }

    private static bool IsDoubt(Exception error) => error is FencedException or PachydermException
    {
        Kind: not (PachydermErrorKind.Unauthenticated or PachydermErrorKind.PermissionDenied
            or PachydermErrorKind.NotTheSidecar or PachydermErrorKind.Forgotten),
    };

    [LoggerMessage(LogLevel.Warning, "What became of batch #{Number} on {Branch} is not known and is looked up: {Reason}")]
    private partial void LogInDoubt(string branch, long number, string reason);

    [LoggerMessage(LogLevel.Warning, "{Branch} cannot be recovered yet and is tried again: {Reason}")]
    private partial void LogNotRecovered(string branch, string reason);
}
