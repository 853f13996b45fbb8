using Microsoft.Extensions.Logging;
using Spouts.Batching;
using Spouts.Hosting;
using Spouts.Ledgers;
using Spouts.Pachyderm;
using Spouts.Publishing;
using Spouts.Sources;
using Spouts.Telemetry;

namespace Spouts.Scheduling;

/// <summary>
/// Runs one source once: from the ledger's cursor, staging while it yields, one batch ahead of the one that is being published,
/// and acknowledging what has become durable, in this order and never another.
/// </summary>
internal sealed partial class SourceRunner(
    string spout,
    SourceRegistration source,
    IServiceProvider services,
    OutputRepo repo,
    Publisher publisher,
    ICommitObserver observer,
    SourceStatus status,
    TimeProvider time,
    ILogger<SourceRunner> logger)
{
    private static readonly TimeSpan LonePeriod = TimeSpan.FromHours(1);

    // How long a source may go on after its run was cancelled, before the process ends for it.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    private readonly bool _keepsDueTimes = source.Trigger is ScheduleTrigger { Missed: not Missed.Skip };
    private readonly Acknowledger _acknowledger = new(spout, source.Name, time, logger);

    private readonly UnreadableFiles _unreadable = new(source.Retry.DeadLetterAfter, isReadAgain: source.Trigger is not StreamTrigger);

    // A cursor that moved without a file, not saved yet: where it moved from, and to.
    private (SourceEntry From, SourceEntry To)? _lone;
    private long? _loneSaved;
    private Task _closed = Task.CompletedTask;

    /// <summary>How many batches of the source have become durable.</summary>
    public long Commits { get; private set; }

    /// <summary>Runs the source, unless it is done, or another process has run what is due.</summary>
    /// <param name="due">The time that is due.</param>
    /// <param name="batches">After how many batches the run is ended.</param>
    /// <param name="reading">Ends the source's own code: the run fails, and a batch that is being published is published.</param>
    /// <param name="cancellation">Ends all of it; <paramref name="reading"/> ends with it.</param>
    /// <returns>Whether it came to its end; false where a batch was dropped, so that it has to run again.</returns>
    /// <exception cref="SourceFailedException">The source threw. What it had yielded and was not committed is thrown away.</exception>
    /// <exception cref="StuckSourceException">An earlier run has not ended yet.</exception>
    public async Task<bool> RunAsync(DueTime due, int batches, CancellationToken reading, CancellationToken cancellation)
    {
        await ClosedAsync(cancellation).ConfigureAwait(false);
        Position position = await publisher.PositionAsync(cancellation).ConfigureAwait(false);
        SourceEntry saved = position.Ledger.Entry(source.Key);
        if (saved.IsDone || (due.IsScheduled && saved.Due >= due.Time))
            return true;
        LogRuns(spout, source.Name);
        SourceEntry begin = _lone is { } lone && lone.From == saved ? lone.To : saved;
        StoredFiles files = new(repo, position.Head);
        SourceRun run = new(source.Name, begin, new SpoutContext(spout, files), due.Time);
        CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(reading, cancellation);
        RunStager? stager = null;
        Task<StagedBatch?> staging = Task.FromResult<StagedBatch?>(null);
        bool isWhole;
        try
        {
            _unreadable.Begin(begin.Cursors);
            stager = Stager(run, saved, due, end.Token);
            isWhole = await PumpAsync().ConfigureAwait(false);
        }
        finally
        {
            _closed = CloseAsync(stager, staging, run.Context, end);
        }

        await ClosedAsync(cancellation).ConfigureAwait(false);
        if (isWhole)
            _unreadable.Ended();
        return isWhole;

        async Task<bool> PumpAsync()
        {
            // Answers the source's entry once the batch is durable and acknowledged; null where it was dropped.
            Task<SourceEntry?> publishing = Task.FromResult<SourceEntry?>(saved);
            for (int count = 0; count < batches; count++)
            {
                staging = stager.NextAsync();
                await Task.WhenAny(staging, LostAsync(publishing)).ConfigureAwait(false);
                SourceEntry? last = await publishing.ConfigureAwait(false);
                if (last is null)
                    return false;
                StagedBatch? batch = await StagedAsync(staging, reading, cancellation).ConfigureAwait(false);
                if (batch is null)
                    return await SaveAsync(run, last, due, cancellation).ConfigureAwait(false);
                staging = Task.FromResult<StagedBatch?>(null);
                batch.Base = last;
                batch.Entry = _acknowledger.Keep(batch.Entry, last, batch.Acknowledgements);
                publishing = PublishAsync(batch, run.Context, files, cancellation);
            }

            return await publishing.ConfigureAwait(false) is not null;
        }
    }

    // A source that is no iterator runs, and may throw, when it is called.
    private RunStager Stager(SourceRun run, SourceEntry saved, DueTime due, CancellationToken cancellation)
    {
        try
        {
            return new(repo, source.Run(services, run, cancellation), time, logger, cancellation)
            {
                Source = source.Key,
                Base = saved,
                Known = new(saved.Items),
                Unreadable = _unreadable,
                Entry = isOver => isOver ? Ended(run, run.Entry(), due) : run.Entry(),
                Limits = source.Trigger is StreamTrigger ? BatchLimits.ForStream(source.Batch) : source.Batch,
                Patience = source.Trigger is StreamTrigger ? null : source.Retry.Timeout,
            };
        }
        catch (Exception failed) when (failed is not (SpoutConfigurationException or PachydermException) && !cancellation.IsCancellationRequested)
        {
            throw new SourceFailedException(source.Name, failed);
        }
    }

    // Ends when the batch was dropped or could not be published: then what is staged behind it has no future.
    private static async Task LostAsync(Task<SourceEntry?> publishing)
    {
        if (await publishing.ConfigureAwait(false) is not null)
            await Task.Delay(Timeout.Infinite).ConfigureAwait(false);
    }

    private async Task<StagedBatch?> StagedAsync(Task<StagedBatch?> staging, CancellationToken reading, CancellationToken cancellation)
    {
        try
        {
            return await staging.ConfigureAwait(false);
        }
        catch (PachydermException gone) when (gone.Kind is PachydermErrorKind.NotFound)
        {
            // The commit that the run was reading may have been dropped or squashed: the next one reads what counts then.
            await publisher.ForgetAsync(cancellation).ConfigureAwait(false);
            throw new SourceFailedException(source.Name, gone);
        }
        catch (Exception failed) when (failed is not (SpoutConfigurationException or PachydermException or SourceFailedException)
            && !cancellation.IsCancellationRequested)
        {
            // What an interrupted source throws, whatever it is, says nothing but that it was interrupted.
            if (reading.IsCancellationRequested)
                throw new OperationCanceledException(failed.Message, failed, reading);
            if (failed is FileContentException unreadable)
                _unreadable.Failed(unreadable);
            throw new SourceFailedException(source.Name, failed);
        }
    }

    private async Task<SourceEntry?> PublishAsync(StagedBatch batch, SpoutContext context, StoredFiles files, CancellationToken cancellation)
    {
        await using (batch.ConfigureAwait(false))
        {
            if (!batch.HasData)
            {
                await _acknowledger.AcknowledgeAsync(batch.Acknowledgements, files.Commit, cancellation).ConfigureAwait(false);
                return batch.Base;
            }

            switch (await PublishAsync(batch, context, cancellation).ConfigureAwait(false))
            {
                case PublishResult.Committed committed:
                    _lone = null;
                    Commits++;
                    _unreadable.Committed(batch.Acknowledgements, batch.Entry.Cursors != batch.Base.Cursors, batch.Entry.Cursors is not null);
                    files.MoveTo(committed.CommitId);
                    status.Committed();
                    Instruments.Committed(spout, source.Name, committed.Ledger.Files, committed.Ledger.Bytes, batch.DeadLetters);
                    observer.OnCommitted(spout, committed.CommitId, committed.Ledger, batch.Entry);
                    CommittedBatch told = new(committed.CommitId, committed.Ledger.Number, committed.Ledger.Files, committed.Ledger.Bytes);
                    using (Instruments.Step(spout, "acknowledge"))
                        await _acknowledger.AcknowledgeAsync(batch, told, context, cancellation).ConfigureAwait(false);
                    return committed.Ledger.Entry(source.Key);
                case PublishResult.Dropped dropped:
                    LogDropped(spout, source.Name, dropped.Reason);
                    await _acknowledger.AbandonAsync(batch.Acknowledgements, context, dropped.Reason, cancellation).ConfigureAwait(false);
                    return null;
                default:
                    throw new InvalidOperationException("A batch is either committed or dropped.");
            }
        }
    }

    // A batch that no commit was offered, or that Pachyderm could not keep, is given back. Where the outcome of publishing is unknown, its
    // files are told nothing: the recovery of the next start finds out, and the source offers again what is not there.
    private async Task<PublishResult> PublishAsync(StagedBatch batch, SpoutContext context, CancellationToken cancellation)
    {
        try
        {
            return await publisher.PublishAsync(batch, cancellation).ConfigureAwait(false);
        }
        catch (Exception failed) when (!batch.WasOffered || failed is ImpossibleDataException)
        {
            await _acknowledger.AbandonAsync(batch.Acknowledgements, context, failed.Message, CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    // What the ledger says of a source whose run has come to its end.
    private static SourceEntry Ended(SourceRun run, SourceEntry moved, DueTime due)
    {
        SourceEntry ended = due.IsScheduled ? moved.With(due.Time) : moved;
        return run.Context.IsDone ? ended.Done() : ended;
    }

    // The end of a run: what moved since its last file. A due time that is kept must not run again, a source that is done must not
    // either, and a cursor may wait.
    private async Task<bool> SaveAsync(SourceRun run, SourceEntry last, DueTime due, CancellationToken cancellation)
    {
        SourceEntry moved = run.Entry(last);
        SourceEntry ended = Ended(run, moved, due);
        bool mustBeSaved = ended.IsDone != last.IsDone || (_keepsDueTimes && ended.Due != last.Due);
        if (!mustBeSaved && moved == last)
            return true;
        if (!mustBeSaved)
        {
            _lone = (last, moved);
            if (_loneSaved is { } before && time.GetElapsedTime(before) < LonePeriod)
                return true;
            _loneSaved = time.GetTimestamp();
        }

        PublishResult result = await publisher.SaveAsync(source.Key, last, mustBeSaved ? ended : moved, cancellation).ConfigureAwait(false);
        _lone = null;
        return result is PublishResult.Committed;
    }

    private async Task CloseAsync(RunStager? stager, Task<StagedBatch?> staging, SpoutContext context, CancellationTokenSource end)
    {
        const string Reason = "its run ended without it";
        using (end)
        {
            await CancelAsync(end).ConfigureAwait(false);
            if (stager is null)
                return;
            await ((Task)staging).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (staging is { IsCompletedSuccessfully: true, Result: { } batch })
            {
                await batch.DisposeAsync().ConfigureAwait(false);
                await _acknowledger.AbandonAsync(batch.Acknowledgements, context, Reason, CancellationToken.None).ConfigureAwait(false);
            }

            await stager.StopAsync().ConfigureAwait(false);
            if (stager.HasUnstaged)
                await _acknowledger.AbandonAsync(stager.Unstaged, context, Reason, CancellationToken.None).ConfigureAwait(false);
            try
            {
                await stager.DisposeAsync().ConfigureAwait(false);
            }
            catch (Exception failed)
            {
                LogNotDisposed(failed, spout, source.Name);
            }
        }
    }

    // What a source has registered with its token may throw.
    private async Task CancelAsync(CancellationTokenSource end)
    {
        try
        {
            await end.CancelAsync().ConfigureAwait(false);
        }
        catch (AggregateException failed)
        {
            LogNotDisposed(failed, spout, source.Name);
        }
    }

    private async Task ClosedAsync(CancellationToken cancellation)
    {
        try
        {
            await _closed.WaitAsync(Grace, time, cancellation).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw new StuckSourceException(source.Name, Grace);
        }
    }

    [LoggerMessage(LogLevel.Debug, "The source {Spout}/{Source} runs.")]
    private partial void LogRuns(string spout, string source);

    [LoggerMessage(LogLevel.Warning, "A batch of {Spout}/{Source} was dropped ({Reason}); the source runs again from its cursor.")]
    private partial void LogDropped(string spout, string source, string reason);

    [LoggerMessage(LogLevel.Warning, "The source {Spout}/{Source} failed while its run was ended.")]
    private partial void LogNotDisposed(Exception failed, string spout, string source);
}
