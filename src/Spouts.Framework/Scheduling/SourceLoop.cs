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
    // How many skipped due times are counted.
    private const int MaxCount = 10_000;

    // A wait of that length is told by itself, and one of this is seen from outside.
    private static readonly TimeSpan LongWait = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan SavedWait = TimeSpan.FromMinutes(5);

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
            ScheduleTrigger schedule => await StartAsync(schedule, cancellation).ConfigureAwait(false),
            _ => new PollClock(source.Retry.Delay, time),
        };
        while (await SavedAsync(cancellation).ConfigureAwait(false) is { IsDone: false } saved)
        {
            clock.Observe(saved);
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
        DueTime now = new(time.GetUtcNow(), DueKind.Now);
        if (source.Trigger is ScheduleTrigger && await SavedAsync(cancellation).ConfigureAwait(false) is { IsPaused: true } paused)
        {
            LogOrders(paused);
            if (paused.Asked is not { } asked)
                return;
            now = new(asked, DueKind.Asked);
        }

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
                status.Failed(waitsUntil: null);
                throw;
            }
            catch (SourceFailedException failed) when (IsBearable(commits))
            {
                Instruments.Retried(spout, source.Name, "source");
                await WaitAsync(failed.InnerException!, failures, cancellation).ConfigureAwait(false);
            }
            catch (PachydermException failed) when (failed.Kind is PachydermErrorKind.Unreachable or PachydermErrorKind.Unexpected
                or PachydermErrorKind.FileSetGone)
            {
                // It happened while a run was staged: nothing was opened yet, so there is nothing to look up.
                LogNotStaged(spout, source.Name, failed.Message);
                Instruments.Retried(spout, source.Name, "staging");
                unreachable = runner.Commits > commits ? 1 : unreachable + 1;
                TimeSpan wait = _backoff.Next(unreachable, TimeSpan.Zero);
                status.Failed(time.GetUtcNow() + wait);
                await Task.Delay(wait, time, cancellation).ConfigureAwait(false);
            }
        }

        // In a row are failures between which nothing was committed.
        bool IsBearable(long commits)
        {
            failures = runner.Commits > commits ? 1 : failures + 1;
            return !(failures >= source.Retry.Attempts);
        }
    }

    private async Task WaitAsync(Exception thrown, int failures, CancellationToken cancellation)
    {
        RetryLaterException? later = RetryLaterException.In(thrown);
        TimeSpan asked = later?.After ?? TimeSpan.Zero;
        TimeSpan wait = _backoff.Next(failures, asked < source.Retry.MaxRetryAfter ? asked : source.Retry.MaxRetryAfter);
        DateTimeOffset until = time.GetUtcNow() + wait;
        status.Failed(until);
        if (later is null)
            LogFailed(thrown, spout, source.Name);
        else
            LogLater(spout, source.Name, until, later.Message);
        if (asked > source.Retry.MaxRetryAfter)
            LogNotSoLong(spout, source.Name, source.Retry.MaxRetryAfter);
        if (later is null && wait >= LongWait)
            LogWaits(spout, source.Name, until);
        if (wait >= SavedWait)
            await runner.SaveWaitAsync(until, cancellation).ConfigureAwait(false);
        await Task.Delay(wait, time, cancellation).ConfigureAwait(false);
    }

    // The pipeline sees what the source's own code has thrown, and nothing else: not what asks to come back later, which it would try again at once; what it throws at last, or instead, is a failure of the
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
            catch (SourceFailedException failed) when (failed.InnerException is not PachydermException && RetryLaterException.In(failed) is null)
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

    private async Task<SourceEntry> SavedAsync(CancellationToken cancellation) =>
        (await publisher.PositionAsync(cancellation).ConfigureAwait(false)).Ledger.Entry(source.Key);

    // A schedule that has never run begins now, and so does one whose expression or zone is another than before. The ledger says so: else a kill
    // in its first run would leave nothing to tell that it was missed.
    private async Task<ScheduleClock> StartAsync(ScheduleTrigger schedule, CancellationToken cancellation)
    {
        while (true)
        {
            SourceEntry saved = await SavedAsync(cancellation).ConfigureAwait(false);
            DateTimeOffset now = time.GetUtcNow();
            bool isOf = DueTime.IsOf(saved, schedule);
            if (isOf && saved.Due is { } due)
            {
                if (due > now)
                    LogAhead(spout, source.Name, due, now);
                LogOrders(saved);
                return new(schedule, due, time);
            }

            SourceEntry begun = saved.With(now, schedule.Cron, schedule.TimeZone);
            if (!isOf)
                begun = begun.With(backfill: null);
            if ((schedule.Missed is Missed.Skip && isOf)
                || await publisher.SaveAsync(source.Key, saved, begun, cancellation).ConfigureAwait(false) is PublishResult.Committed)
            {
                if (!isOf)
                    LogChanged(saved, schedule, now);
                LogOrders(begun);
                return new(schedule, now, time);
            }
        }
    }

    private void LogOrders(SourceEntry saved)
    {
        if (saved.IsPaused)
            LogPaused(spout, source.Name, SpoutCommands.Resume(spout, source.Name));
        if (saved.Asked is { } asked)
            LogAsked(spout, source.Name, asked);
        if (saved.Backfill is { } backfill)
            LogBackfill(spout, source.Name, backfill.From, backfill.To, backfill.Done, backfill.Total);
    }

    private void LogChanged(SourceEntry saved, ScheduleTrigger schedule, DateTimeOffset now)
    {
        ScheduleTrigger former = schedule with { Cron = saved.Cron ?? schedule.Cron, TimeZone = saved.Zone ?? schedule.TimeZone };
        DateTimeOffset since = saved.Due ?? now;
        int unfinished = saved.Backfill is { } backfill ? backfill.Total - backfill.Done : 0;
        string skipped = Skipped(schedule);

        // Due times are whole seconds.
        string cure = skipped == "0"
            ? "None of them can be run by this program: give the schedule its former expression for that."
            : $"Those of the new one are run by: {SpoutCommands.Backfill(spout, source.Name, since.AddSeconds(1), now)}; those of the former one only by a program that has it.";
        LogChanged(spout, source.Name, schedule.Cron, schedule.TimeZone, former.Cron, former.TimeZone, now, since, skipped, Skipped(former, unfinished), cure);

        // A former expression may be one that this version cannot read.
        string Skipped(ScheduleTrigger trigger, int more = 0)
        {
            try
            {
                int count = new Recurrence(trigger.Cron, trigger.TimeZone).Between(since, now).Take(MaxCount + 1).Count() + more;
                return count > MaxCount ? $"more than {MaxCount}" : $"{count}";
            }
            catch (SpoutConfigurationException)
            {
                return "an unknown number";
            }
        }
    }

    [LoggerMessage(LogLevel.Information, "The source {Spout}/{Source} is done and does not run again.")]
    private partial void LogDone(string spout, string source);

    [LoggerMessage(LogLevel.Error, "The source {Spout}/{Source} failed, and runs again behind its last commit.")]
    private partial void LogFailed(Exception? error, string spout, string source);

    [LoggerMessage(LogLevel.Warning,
        "The source {Spout}/{Source} waits until {Until:u}, because it was asked to come back later, and then runs again behind its last commit. {Reason}")]
    private partial void LogLater(string spout, string source, DateTimeOffset until, string reason);

    [LoggerMessage(LogLevel.Warning,
        "The service of {Spout}/{Source} asked for a longer wait than {Max}, after which it is asked again. Where it is to wait longer: [Retry(MaxRetryAfter = …)]")]
    private partial void LogNotSoLong(string spout, string source, TimeSpan max);

    [LoggerMessage(LogLevel.Warning, "The source {Spout}/{Source} waits until {Until:u} before it runs again.")]
    private partial void LogWaits(string spout, string source, DateTimeOffset until);

    [LoggerMessage(LogLevel.Warning, "A run of {Spout}/{Source} could not be staged; what is not committed of it is dropped, and it runs again. {Reason}")]
    private partial void LogNotStaged(string spout, string source, string reason);

    [LoggerMessage(LogLevel.Warning,
        "The ledger says that {Spout}/{Source} has run at {Due:u}, and the clock says {Now:u}: it waits until it is later. Check the clock.")]
    private partial void LogAhead(string spout, string source, DateTimeOffset due, DateTimeOffset now);

    [LoggerMessage(LogLevel.Warning,
        "The schedule of {Spout}/{Source} is '{Cron}' in {Zone}, and was '{FormerCron}' in {FormerZone} until now: nothing runs that was due before {Now:u}. "
        + "Since {Since:u}, {Skipped} due times of the new schedule were skipped, and {FormerSkipped} of the former one. {Cure}")]
    private partial void LogChanged(
        string spout, string source, string cron, string zone, string formerCron, string formerZone, DateTimeOffset now, DateTimeOffset since, string skipped, string formerSkipped, string cure);

    [LoggerMessage(LogLevel.Warning, "The schedule of {Spout}/{Source} is paused: nothing of it runs until: {Command}")]
    private partial void LogPaused(string spout, string source, string command);

    [LoggerMessage(LogLevel.Information, "{Spout}/{Source} runs now, because a run was asked for at {Asked:u}.")]
    private partial void LogAsked(string spout, string source, DateTimeOffset asked);

    [LoggerMessage(LogLevel.Information, "{Spout}/{Source} runs what was due from {From:u} to {To:u}, whenever nothing else is due: {Done} of {Total} due times are done.")]
    private partial void LogBackfill(string spout, string source, DateTimeOffset from, DateTimeOffset to, int done, int total);
}
