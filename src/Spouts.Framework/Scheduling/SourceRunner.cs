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
    ItemPlaces places,
    TimeProvider time,
    ILogger<SourceRunner> logger)
{
    // So many runs in a row that bring something and keep nothing of it are worth a word.
    private const int ManyRuns = 3;

    private static readonly TimeSpan LonePeriod = TimeSpan.FromHours(1);

    // How long a source may go on after its run was cancelled, before the process ends for it.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    private readonly bool _keepsDueTimes = source.Trigger is ScheduleTrigger { Missed: not Missed.Skip };
    private readonly RunningTime _running = new(time, MaxWait(source));
    private readonly SourceCuts _cuts = new();
    private Acknowledger? _acknowledgements;
    private int _fruitless;

    private readonly UnreadableFiles _unreadable = new(source.Retry.DeadLetterAfter, isReadAgain: source.Trigger is not StreamTrigger);

    // A cursor that moved without a file, not saved yet: where it moved from, and to.
    private (SourceEntry From, SourceEntry To)? _lone;
    private long? _loneSaved;
    private Task _closed = Task.CompletedTask;

    private Acknowledger Acknowledger => _acknowledgements ??= new(spout, source.Name, places, _running, time, logger);

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
        Position position = await publisher.ConfirmedAsync(cancellation).ConfigureAwait(false);
        SourceEntry saved = position.Ledger.Entry(source.Key);
        if (saved.IsDone || due.IsSettled(saved, source.Trigger))
            return true;
        LogRuns(spout, source.Name);
        _running.Begin();
        Acknowledger.Observe(saved);
        Acknowledger.Known.Begin();
        SourceEntry begin = _lone is { } lone && lone.From == saved ? lone.To : saved;
        StoredFiles files = new(repo, position.Head);

        // The items are put back in when a batch is staged: until then they would only have to be copied for each file.
        SourceRun run = new(source.Name, begin.WithItems([]).WithWait(null), new SpoutContext(spout, files), due.Time);
        CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(reading, cancellation);
        RunStager? stager = null;
        Task<StagedBatch?> staging = Task.FromResult<StagedBatch?>(null);
        bool isWhole;
        long commits = Commits;
        try
        {
            _unreadable.Begin(begin.Cursors);
            stager = Stager(run, position.Ledger, saved, due, end.Token, cancellation);
            isWhole = await PumpAsync().ConfigureAwait(false);
            if (isWhole)
                _running.Mark();
        }
        catch
        {
            _running.Fail();
            if (stager is { HasYielded: true } && Commits == commits && !cancellation.IsCancellationRequested && ++_fruitless == ManyRuns)
                LogFruitless(spout, source.Name, ManyRuns, stager.KeptBy);
            throw;
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
                _running.Mark();
                Acknowledger.Tell(batch);
                batch.Base = last;
                batch.Entry = Acknowledger.Keep(batch.Entry, last, batch.Acknowledgements);
                publishing = PublishAsync(batch, run.Context, files, cancellation);
            }

            if (await publishing.ConfigureAwait(false) is not { } durable)
                return false;
            if (stager.HasFailed)
                await StagedAsync(stager.NextAsync(), reading, cancellation).ConfigureAwait(false);
            return !stager.IsOver || await SaveAsync(run, durable, due, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Lets the ledger say until when the source waits, for those who look from outside; its next run, or commit, takes it back.</summary>
    public async Task SaveWaitAsync(DateTimeOffset until, CancellationToken cancellation)
    {
        await ClosedAsync(cancellation).ConfigureAwait(false);
        SourceEntry saved = (await publisher.PositionAsync(cancellation).ConfigureAwait(false)).Ledger.Entry(source.Key);
        SourceEntry moved = _lone is { } lone && lone.From == saved ? lone.To : saved;
        _lone = null;
        await CommitVoidAsync(saved, moved.WithWait(until), cancellation).ConfigureAwait(false);
    }

    // A source that is no iterator runs, and may throw, when it is called.
    private RunStager Stager(
        SourceRun run, Ledger ledger, SourceEntry saved, DueTime due, CancellationToken reading, CancellationToken cancellation)
    {
        RunStager? stager = null;
        try
        {
            return stager = new(repo, source.Run(services, run, reading), time, logger, reading, cancellation)
            {
                Source = source.Key,
                Base = saved,
                Known = Acknowledger.Known,
                MaxItems = Acknowledger.MaxItems,
                Unreadable = _unreadable,
                Entry = values => values is null ? Ended(run.Entry(), due, run.Context.IsDone && !HasCallbacks()) : run.Entry(values),
                Cursors = run.Cursors,
                MaxCursors = ledger.RoomFor(source.Key),
                Cuts = _cuts,
                GoesOn = source.Trigger is StreamTrigger,
                Limits = source.Trigger is StreamTrigger ? BatchLimits.ForStream(source.Batch) : source.Batch,
                Patience = source.Trigger is StreamTrigger ? null : source.Retry.Timeout,
            };
        }
        catch (Exception failed) when (failed is not (SpoutConfigurationException or PachydermException) && !cancellation.IsCancellationRequested)
        {
            throw new SourceFailedException(source.Name, failed);
        }

        // Then what the source has said of its end waits for the last of them.
        bool HasCallbacks() => stager!.HasCallbacks || !run.Context.Committed.IsEmpty;
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
        catch (Exception failed) when (failed is not (SpoutConfigurationException or CursorTooLargeException or PachydermException or SourceFailedException)
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
                return await AcknowledgeKnownAsync(batch, context, cancellation).ConfigureAwait(false);
            switch (await PublishAsync(batch, context, cancellation).ConfigureAwait(false))
            {
                case PublishResult.Committed committed:
                    _lone = null;
                    Commits++;
                    _cuts.Kept();
                    _fruitless = 0;
                    _unreadable.Committed(batch.Acknowledgements, batch.Entry.Cursors != batch.Base.Cursors, batch.Entry.Cursors is not null);
                    files.MoveTo(committed.CommitId);
                    status.Committed();
                    Instruments.Committed(spout, source.Name, committed.Ledger.Files, committed.Ledger.Bytes, batch.DeadLetters);
                    observer.OnCommitted(spout, committed.CommitId, committed.Ledger, batch.Entry);
                    SourceEntry entry = committed.Ledger.Entry(source.Key);
                    Acknowledger.Commit(entry, batch.Acknowledgements);
                    CommittedBatch told = new(committed.CommitId, committed.Ledger.Number, committed.Ledger.Files, committed.Ledger.Bytes);
                    using (Instruments.Step(spout, "acknowledge"))
                        await Acknowledger.AcknowledgeAsync(batch.Acknowledgements, told, context, cancellation).ConfigureAwait(false);
                    return await LetGoAsync(entry, cancellation).ConfigureAwait(false);
                case PublishResult.Dropped dropped:
                    LogDropped(spout, source.Name, dropped.Reason);
                    await Acknowledger.AbandonAsync(batch.Acknowledgements, context, dropped.Reason, cancellation).ConfigureAwait(false);
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
            await Acknowledger.AbandonAsync(batch.Acknowledgements, context, failed.Message, CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    // Nothing new is in it: that the earlier commits are still there, a look at the branch has to tell.
    private async Task<SourceEntry?> AcknowledgeKnownAsync(StagedBatch batch, SpoutContext context, CancellationToken cancellation)
    {
        Position confirmed = await publisher.ConfirmedAsync(cancellation).ConfigureAwait(false);
        Acknowledger.Observe(confirmed.Ledger.Entry(source.Key));
        if (!Acknowledger.Knows(batch.Acknowledgements))
        {
            const string Reason = "the commit that its items came with is gone";
            LogDropped(spout, source.Name, Reason);
            await Acknowledger.AbandonAsync(batch.Acknowledgements, context, Reason, cancellation).ConfigureAwait(false);
            return null;
        }

        CommittedBatch told = new(confirmed.Head, confirmed.Ledger.Number, Files: 0, Bytes: 0);
        using (Instruments.Step(spout, "acknowledge"))
            await Acknowledger.AcknowledgeAsync(batch.Acknowledgements, told, context, cancellation).ConfigureAwait(false);
        return await LetGoAsync(batch.Base, cancellation).ConfigureAwait(false);
    }

    // Where the ledger has filled up with ids, what is acknowledged does not wait for the next batch, which would be a small one.
    private async Task<SourceEntry?> LetGoAsync(SourceEntry entry, CancellationToken cancellation)
    {
        if (!Acknowledger.IsCrowded || Acknowledger.Keep(entry, entry, []) is not { } kept || kept.Items.Count == entry.Items.Count)
            return entry;
        return await CommitVoidAsync(entry, kept, cancellation).ConfigureAwait(false);
    }

    // Answers the entry as it is then; null where the ledger has moved.
    private async Task<SourceEntry?> CommitVoidAsync(SourceEntry from, SourceEntry to, CancellationToken cancellation)
    {
        if (await publisher.SaveAsync(source.Key, from, to, cancellation).ConfigureAwait(false) is not PublishResult.Committed committed)
            return null;
        SourceEntry entry = committed.Ledger.Entry(source.Key);
        Acknowledger.Commit(entry, []);
        return entry;
    }

    // What the ledger says of a source whose run has come to its end.
    private SourceEntry Ended(SourceEntry moved, DueTime due, bool isDone)
    {
        SourceEntry ended = due.Settle(moved.WithWait(null), source.Trigger);
        return isDone ? ended.Done() : ended;
    }

    // Over a longer wait nobody listens to the queue.
    private static TimeSpan MaxWait(SourceRegistration source) => source.Trigger switch
    {
        ScheduleTrigger => TimeSpan.FromHours(1),
        PollTrigger poll when poll.Interval > TimeSpan.FromHours(1) => TimeSpan.FromHours(1),
        _ => TimeSpan.MaxValue,
    };

    // The end of a run: what moved since its last file. A due time that is kept must not run again, a source that is done must not
    // either, and a cursor may wait.
    private async Task<bool> SaveAsync(SourceRun run, SourceEntry last, DueTime due, CancellationToken cancellation)
    {
        SourceEntry moved = run.Entry(last);
        SourceEntry ended = Ended(moved, due, run.Context.IsDone);
        bool mustBeSaved = ended.IsDone != last.IsDone || last.Wait > time.GetUtcNow() || (due.Kind is DueKind.Schedule ? _keepsDueTimes && ended.Due != last.Due : due.Kind is not DueKind.Now && !due.IsSettled(last, source.Trigger));
        if (!mustBeSaved && moved == last)
            return true;
        if (!mustBeSaved)
        {
            _lone = (last, moved);
            if (_loneSaved is { } before && time.GetElapsedTime(before) < LonePeriod)
                return true;
            _loneSaved = time.GetTimestamp();
        }

        SourceEntry saved = Acknowledger.Keep(mustBeSaved ? ended : moved, last, []);
        bool isSaved = await CommitVoidAsync(last, saved, cancellation).ConfigureAwait(false) is not null;
        _lone = null;
        return isSaved;
    }

    private async Task CloseAsync(RunStager? stager, Task<StagedBatch?> staging, SpoutContext context, CancellationTokenSource end)
    {
        const string Reason = "its run ended without it";
        using (end)
        {
            await CancelAsync(end).ConfigureAwait(false);
            if (stager is null)
                return;
            await stager.CancelAsync().ConfigureAwait(false);
            await ((Task)staging).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (staging is { IsCompletedSuccessfully: true, Result: { } batch })
            {
                await batch.DisposeAsync().ConfigureAwait(false);
                await Acknowledger.AbandonAsync(batch.Acknowledgements, context, Reason, CancellationToken.None).ConfigureAwait(false);
            }

            await stager.StopAsync().ConfigureAwait(false);
            if (stager.HasUnstaged)
                await Acknowledger.AbandonAsync(stager.Unstaged, context, Reason, CancellationToken.None).ConfigureAwait(false);
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

    [LoggerMessage(LogLevel.Warning,
        "{Spout}/{Source} has failed {Runs} times in a row behind files that it had brought, and nothing of them is kept: as long as it fails like that, it comes no "
        + "further. {Cure}.")]
    private partial void LogFruitless(string spout, string source, int runs, string cure);

    [LoggerMessage(LogLevel.Debug, "The source {Spout}/{Source} runs.")]
    private partial void LogRuns(string spout, string source);

    [LoggerMessage(LogLevel.Warning, "A batch of {Spout}/{Source} was dropped ({Reason}); the source runs again from its cursor.")]
    private partial void LogDropped(string spout, string source, string reason);

    [LoggerMessage(LogLevel.Warning, "The source {Spout}/{Source} failed while its run was ended.")]
    private partial void LogNotDisposed(Exception failed, string spout, string source);
}
