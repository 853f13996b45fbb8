using Microsoft.Extensions.Logging;
using Spouts.Batching;
using Spouts.Hosting;
using Spouts.Ledgers;
using Spouts.Pachyderm;
using Spouts.Publishing;
using Spouts.Sources;

namespace Spouts.Scheduling;

/// <summary>
/// Runs one source again and again: from the ledger's cursor, staging while it yields, publishing, and acknowledging what has
/// become durable, in this order and never another.
/// </summary>
internal sealed partial class SourceLoop(
    string spout,
    SourceRegistration source,
    IServiceProvider services,
    OutputRepo repo,
    BatchStager stager,
    Publisher publisher,
    Backoff backoff,
    ICommitObserver observer,
    TimeProvider time,
    ILogger<SourceLoop> logger)
{
    private static readonly TimeSpan LonePeriod = TimeSpan.FromHours(1);

    // A timer cannot wait for more than 49 days; an interval may have 365.
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(7);

    // A cursor that moved without a file, not saved yet: where it moved from, and to.
    private (SourceEntry From, SourceEntry To)? _lone;
    private long? _loneSaved;

    /// <summary>Runs until it is cancelled. What a source throws is logged, and its run starts anew after a while.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        int failures = 0;
        while (true)
        {
            try
            {
                await OnceAsync(cancellation).ConfigureAwait(false);
                failures = 0;
            }
            catch (SourceFailedException failed)
            {
                LogFailed(failed.InnerException, spout, source.Name);
                await backoff.WaitAsync(++failures, cancellation).ConfigureAwait(false);
                continue;
            }
            catch (PachydermException failed) when (failed.Kind is PachydermErrorKind.Unreachable or PachydermErrorKind.Unexpected)
            {
                // It happened while a run was staged: nothing was opened yet, so there is nothing to look up.
                LogNotStaged(spout, source.Name, failed.Message);
                await backoff.WaitAsync(++failures, cancellation).ConfigureAwait(false);
                continue;
            }

            await RestAsync(cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Runs the source once, and again for as long as its batch was dropped.</summary>
    /// <exception cref="SourceFailedException">The source threw. What it had yielded is thrown away.</exception>
    public async Task OnceAsync(CancellationToken cancellation)
    {
        while (!await TryOnceAsync(cancellation).ConfigureAwait(false))
        {
        }
    }

    private async Task RestAsync(CancellationToken cancellation)
    {
        for (TimeSpan left = ((PollTrigger)source.Trigger).Interval; left > TimeSpan.Zero; left -= LongestTimer)
            await Task.Delay(left < LongestTimer ? left : LongestTimer, time, cancellation).ConfigureAwait(false);
    }

    private async Task<bool> TryOnceAsync(CancellationToken cancellation)
    {
        Position position = await publisher.PositionAsync(cancellation).ConfigureAwait(false);
        SourceEntry saved = position.Ledger.Entry(source.Name);
        SourceEntry begin = _lone is { } lone && lone.From == saved ? lone.To : saved;
        SourceRun run = new(source.Name, begin, new SpoutContext(spout, new StoredFiles(repo, position.Head)), time.GetUtcNow());
        StagedBatch? batch = await StageAsync(run, saved, cancellation).ConfigureAwait(false);
        if (batch is null)
            return await SaveLoneAsync(saved, run.Entry(), cancellation).ConfigureAwait(false);
        await using (batch.ConfigureAwait(false))
        {
            switch (await publisher.PublishAsync(batch, cancellation).ConfigureAwait(false))
            {
                case PublishResult.Committed committed:
                    _lone = null;
                    observer.OnCommitted(spout, committed.CommitId, committed.Ledger, batch.Entry);
                    await AcknowledgeAsync(batch, committed.CommitId, cancellation).ConfigureAwait(false);
                    return true;
                case PublishResult.Dropped dropped:
                    LogDropped(spout, source.Name, dropped.Reason);
                    return false;
                default:
                    throw new InvalidOperationException("A batch is either committed or dropped.");
            }
        }
    }

    private async Task<StagedBatch?> StageAsync(SourceRun run, SourceEntry saved, CancellationToken cancellation)
    {
        try
        {
            return await stager.StageAsync(
                source.Name, saved, source.Run(services, run, cancellation), run.Entry, cancellation).ConfigureAwait(false);
        }
        catch (PachydermException gone) when (gone.Kind is PachydermErrorKind.NotFound)
        {
            // The commit that the run was reading may have been dropped or squashed: the next one reads what counts then.
            await publisher.ForgetAsync(cancellation).ConfigureAwait(false);
            throw new SourceFailedException(source.Name, gone);
        }
        catch (Exception failed) when (failed is not (SpoutConfigurationException or PachydermException)
            && !cancellation.IsCancellationRequested)
        {
            throw new SourceFailedException(source.Name, failed);
        }
    }

    private async Task<bool> SaveLoneAsync(SourceEntry saved, SourceEntry moved, CancellationToken cancellation)
    {
        if (moved == saved)
            return true;
        _lone = (saved, moved);
        if (_loneSaved is { } last && time.GetElapsedTime(last) < LonePeriod)
            return true;
        _loneSaved = time.GetTimestamp();
        PublishResult result = await publisher.SaveAsync(source.Name, saved, moved, cancellation).ConfigureAwait(false);
        _lone = null;
        return result is PublishResult.Committed;
    }

    // Whatever a callback throws ends the process: the run is over, and nothing in it would be acknowledged later.
    private static async Task AcknowledgeAsync(StagedBatch batch, string commitId, CancellationToken cancellation)
    {
        foreach (Acknowledgement file in batch.Acknowledgements)
        {
            try
            {
                await file.Callback(new(file.Path, commitId), cancellation).ConfigureAwait(false);
            }
            catch (Exception failed) when (failed is not SpoutConfigurationException && !cancellation.IsCancellationRequested)
            {
                throw new AcknowledgementFailedException(file.Path, commitId, failed);
            }
        }
    }

    [LoggerMessage(LogLevel.Error, "The source {Spout}/{Source} failed; nothing of its run is kept, and it runs again.")]
    private partial void LogFailed(Exception? error, string spout, string source);

    [LoggerMessage(LogLevel.Warning, "A run of {Spout}/{Source} could not be staged; nothing of it is kept, and it runs again. {Reason}")]
    private partial void LogNotStaged(string spout, string source, string reason);

    [LoggerMessage(LogLevel.Warning, "A batch of {Spout}/{Source} was dropped ({Reason}); the source runs again from its cursor.")]
    private partial void LogDropped(string spout, string source, string reason);
}
