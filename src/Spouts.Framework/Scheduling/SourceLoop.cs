using System.Diagnostics;
using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Logging;
using Polly;
using Spouts.Batching;
using Spouts.Hosting;
using Spouts.Ledgers;
using Spouts.Publishing;
using Spouts.Telemetry;

namespace Spouts.Scheduling;

/// <summary>Runs one source again and again: when it is due, and after it has failed.</summary>
internal sealed partial class SourceLoop(
    string spout,
    SourceRegistration source,
    SourceRunner runner,
    Publisher publisher,
    ResiliencePipeline pipeline,
    SourceStatus status,
    TimeProvider time,
    ILogger<SourceLoop> logger)
{
    private readonly Backoff _backoff = new(time, source.Retry.Delay, source.Retry.LongestDelay);

    /// <summary>
    /// Runs until it is cancelled, or the source is done for good. What a source throws is logged, and its run starts anew after a while.
    /// </summary>
    /// <exception cref="SourceFailedException">It failed more often in a row than it may.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        SourceClock clock = source.Trigger switch
        {
            PollTrigger poll => new PollClock(poll.Interval, time),
            ScheduleTrigger schedule => new ScheduleClock(schedule, await SettledAsync(schedule, cancellation).ConfigureAwait(false), time),
            _ => new PollClock(source.Retry.Delay, time),
        };
        while (!await IsDoneAsync(cancellation).ConfigureAwait(false))
        {
            status.Waits(clock.Next);
            DueTime due = await clock.NextAsync(cancellation).ConfigureAwait(false);
            await RunAsync(due, cancellation).ConfigureAwait(false);
            clock.Ran(due);
        }

        status.Done();
        LogDone(spout, source.Name);
    }

    /// <summary>Runs the source once, and again for as long as its batch was dropped; an endless one up to its first batch.</summary>
    /// <exception cref="SourceFailedException">The source threw. What it had yielded is thrown away.</exception>
    public async Task OnceAsync(CancellationToken cancellation)
    {
        DueTime now = new(time.GetUtcNow(), IsScheduled: false);
        int batches = source.Trigger is StreamTrigger ? 1 : int.MaxValue;
        while (!await AttemptAsync(now, batches, cancellation).ConfigureAwait(false))
        {
        }
    }

    private async Task RunAsync(DueTime due, CancellationToken cancellation)
    {
        int failures = 0, unreachable = 0;
        while (true)
        {
            long commits = runner.Commits;
            try
            {
                if (await AttemptAsync(due, int.MaxValue, cancellation).ConfigureAwait(false))
                    return;
            }
            catch (CursorTooLargeException)
            {
                status.Failed();
                throw;
            }
            catch (SourceFailedException failed) when (IsBearable(commits))
            {
                LogFailed(failed.InnerException, spout, source.Name);
                status.Failed();
                Instruments.Retried(spout, source.Name, "source");
                TimeSpan least = failed.InnerException is RetryLaterException later ? later.After : TimeSpan.Zero;
                await _backoff.WaitAsync(failures, least, cancellation).ConfigureAwait(false);
            }
            catch (PachydermException failed) when (failed.Kind is PachydermErrorKind.Unreachable or PachydermErrorKind.Unexpected
                or PachydermErrorKind.FileSetGone)
            {
                // It happened while a run was staged: nothing was opened yet, so there is nothing to look up.
                LogNotStaged(spout, source.Name, failed.Message);
                status.Failed();
                Instruments.Retried(spout, source.Name, "staging");
                unreachable = runner.Commits > commits ? 1 : unreachable + 1;
                await _backoff.WaitAsync(unreachable, cancellation).ConfigureAwait(false);
            }
        }

        // In a row are failures between which nothing was committed.
        bool IsBearable(long commits)
        {
            failures = runner.Commits > commits ? 1 : failures + 1;
            return !(failures >= source.Retry.Attempts);
        }
    }

    // The pipeline sees what the source's own code has thrown, and nothing else; what it throws at last, or instead, is a failure of the
    // source. Its token ends the reading only: whatever it does to a run, a batch on its way is published and acknowledged.
    private async Task<bool> AttemptAsync(DueTime due, int batches, CancellationToken cancellation)
    {
        Exception? thrown = null;
        ExceptionDispatchInfo? foreign = null;
        bool isWhole = false;
        using Activity? activity = Instruments.Run(spout, source.Name);
        status.Runs();
        try
        {
            await pipeline.ExecuteAsync(RunAsync, cancellation).ConfigureAwait(false);
            foreign?.Throw();
            if (isWhole)
                status.Succeeded();
            else
                Instruments.Retried(spout, source.Name, "dropped");
            return isWhole;
        }
        catch (Exception) when (foreign is not null)
        {
            // Not even a pipeline that gives up meanwhile hides it.
            foreign.Throw();
            throw;
        }
        catch (Exception failed) when (IsSources(failed))
        {
            activity?.SetStatus(ActivityStatusCode.Error, failed.Message);
            throw new SourceFailedException(source.Name, failed);
        }

        async ValueTask RunAsync(CancellationToken reading)
        {
            // A pipeline that runs the source again although it did not fail changes nothing.
            if (foreign is not null)
                return;
            try
            {
                isWhole = await runner.RunAsync(due, batches, reading, cancellation).ConfigureAwait(false);
            }
            catch (SourceFailedException failed) when (failed.InnerException is not PachydermException)
            {
                thrown = failed.InnerException!;
                ExceptionDispatchInfo.Throw(thrown);
                throw;
            }
            catch (OperationCanceledException ended) when (reading.IsCancellationRequested && !cancellation.IsCancellationRequested)
            {
                thrown = ended;
                throw;
            }
            catch (Exception framework)
            {
                foreign = ExceptionDispatchInfo.Capture(framework);
            }
        }

        bool IsSources(Exception failed) => failed is ExecutionRejectedException || ReferenceEquals(failed, thrown);
    }

    private async Task<bool> IsDoneAsync(CancellationToken cancellation)
    {
        Position position = await publisher.PositionAsync(cancellation).ConfigureAwait(false);
        return position.Ledger.Entry(source.Key).IsDone;
    }

    // Up to when the schedule is settled. One that has never run begins now, and says so in the ledger: else a kill in its first
    // run would leave nothing to tell that it was missed.
    private async Task<DateTimeOffset> SettledAsync(ScheduleTrigger schedule, CancellationToken cancellation)
    {
        while (true)
        {
            Position position = await publisher.PositionAsync(cancellation).ConfigureAwait(false);
            SourceEntry saved = position.Ledger.Entry(source.Key);
            DateTimeOffset now = time.GetUtcNow();
            if (saved.Due > now)
                LogAhead(spout, source.Name, saved.Due.Value, now);
            if (saved.Due is { } due)
                return due;
            if (schedule.Missed is Missed.Skip
                || await publisher.SaveAsync(source.Key, saved, saved.With(now), cancellation).ConfigureAwait(false) is PublishResult.Committed)
                return now;
        }
    }

    [LoggerMessage(LogLevel.Information, "The source {Spout}/{Source} is done and does not run again.")]
    private partial void LogDone(string spout, string source);

    [LoggerMessage(LogLevel.Error, "The source {Spout}/{Source} failed; nothing that it yielded since its last commit is kept, and it runs again.")]
    private partial void LogFailed(Exception? error, string spout, string source);

    [LoggerMessage(LogLevel.Warning, "A run of {Spout}/{Source} could not be staged; what is not committed of it is dropped, and it runs again. {Reason}")]
    private partial void LogNotStaged(string spout, string source, string reason);

    [LoggerMessage(LogLevel.Warning,
        "The ledger says that {Spout}/{Source} has run at {Due}, and the clock says {Now}: it waits until it is later. Check the clock.")]
    private partial void LogAhead(string spout, string source, DateTimeOffset due, DateTimeOffset now);
}
