using System.Runtime.ExceptionServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.Registry;
using Spouts.Batching;
using Spouts.Hosting;
using Spouts.Pachyderm;
using Spouts.Publishing;
using Spouts.Sources;
using Spouts.Telemetry;

namespace Spouts.Scheduling;

/// <summary>One spout at work: its publisher, and a loop for each of its sources, side by side.</summary>
internal sealed partial class SpoutRunner : IDisposable
{
    // What a source does with its cancellation is its own affair; the end of the process waits no longer than this for it.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(3);

    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Publisher _publisher;
    private readonly IReadOnlyList<SourceLoop> _sources;
    private readonly List<SourceStatus> _statuses = [];
    private readonly Func<IRehearsalObserver, IEnumerable<Rehearsal>> _rehearsals;
    private readonly SpoutRegistration _spout;
    private readonly Recovery _recovery;

    public SpoutRunner(
        SpoutRegistration spout,
        WorkerEnvironment worker,
        PachydermChannel sidecar,
        IServiceProvider services,
        ICommitObserver observer,
        TimeProvider time,
        ILoggerFactory logs)
    {
        spout.Require(services);
        _spout = spout;
        _time = time;
        _logger = logs.CreateLogger<SpoutRunner>();
        OutputRepo repo = new(sidecar.Invoker, worker.Project, worker.Pipeline, spout.OutputBranch, time, logs.CreateLogger<OutputRepo>());
        _recovery = new(repo, logs);
        _publisher = new(repo, worker.SpecCommit, _recovery, new Collisions(repo, time, logs.CreateLogger<Collisions>()), time, logs)
        {
            Program = [.. spout.Sources.Select(static source => source.Key)],
        };
        _rehearsals = told => spout.Sources.Select(source => new Rehearsal(spout.Name, source, services, repo, _recovery, told, time, logs.CreateLogger<Rehearsal>()));
        ItemPlaces places = new();
        _sources =
        [
            .. spout.Sources.Select(source =>
            {
                SourceStatus status = new(spout.Name, source.Name, time);
                _statuses.Add(status);
                return new SourceLoop(
                    spout.Name,
                    source,
                    new(spout.Name, source, services, repo, _publisher, observer, status, places, time, logs.CreateLogger<SourceRunner>()),
                    _publisher,
                    Pipeline(source, services),
                    status,
                    time,
                    logs.CreateLogger<SourceLoop>());
            }),
        ];
        _statuses.ForEach(Instruments.Watch);
    }

    /// <summary>How its sources are doing.</summary>
    public IReadOnlyList<SourceStatus> Statuses => _statuses;

    /// <summary>Runs each source once, one after the other, and tells what it would commit.</summary>
    public async Task RehearseAsync(IRehearsalObserver observer, CancellationToken cancellation)
    {
        LedgerNames.Compare(_spout, (await _recovery.PeekAsync(cancellation).ConfigureAwait(false)).Ledger).Require();
        foreach (Rehearsal rehearsal in _rehearsals(observer))
            await rehearsal.RunAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>Runs the sources until the first of them throws, which ends the others.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        await CompareNamesAsync(cancellation).ConfigureAwait(false);
        using CancellationTokenSource all = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task[] running = [.. _sources.Select(source => source.RunAsync(all.Token))];
        try
        {
            ExceptionDispatchInfo? refused = null;
            await foreach (Task ended in Task.WhenEach(running).ConfigureAwait(false))
            {
                try
                {
                    await ended.ConfigureAwait(false);
                }
                catch (CursorTooLargeException grown) when (Array.Exists(running, static source => !source.IsCompleted))
                {
                    // What is wrong with one source alone does not stop the others, as a process that is restarted for it again and again would.
                    LogEnded(grown.Message);
                    refused ??= ExceptionDispatchInfo.Capture(grown);
                }
            }

            refused?.Throw();
        }
        finally
        {
            await all.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(running).WaitAsync(Grace, _time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Runs each source once, one after the other.</summary>
    public async Task OnceAsync(CancellationToken cancellation)
    {
        await CompareNamesAsync(cancellation).ConfigureAwait(false);
        ExceptionDispatchInfo? refused = null;
        foreach (SourceLoop source in _sources)
        {
            try
            {
                await source.OnceAsync(cancellation).ConfigureAwait(false);
            }
            catch (CursorTooLargeException grown) when (source != _sources[^1])
            {
                LogEnded(grown.Message);
                refused ??= ExceptionDispatchInfo.Capture(grown);
            }
        }

        refused?.Throw();
    }

    // Before anything is written, and again once what a process of other names had open is known to count or not.
    private async Task CompareNamesAsync(CancellationToken cancellation)
    {
        LedgerNames.Compare(_spout, await _publisher.PeekAsync(cancellation).ConfigureAwait(false)).Require();
        LedgerNames names = LedgerNames.Compare(_spout, (await _publisher.PositionAsync(cancellation).ConfigureAwait(false)).Ledger);
        names.Require();
        foreach (string change in names.Changes)
            LogChanged(_spout.Name, change);
    }

    private static ResiliencePipeline Pipeline(SourceRegistration source, IServiceProvider services)
    {
        if (source.Retry.Pipeline is not { } key)
            return ResiliencePipeline.Empty;
        return services.GetService<ResiliencePipelineProvider<string>>()?.TryGetPipeline(key, out ResiliencePipeline? pipeline) == true
            ? pipeline
            : throw new SpoutConfigurationException(
                $"The source '{source.Name}' asks for the resilience pipeline '{key}', which nobody has registered. "
                + $"Register it (package Polly.Extensions): services.AddResiliencePipeline(\"{key}\", pipeline => pipeline.AddRetry(…))");
    }

    [LoggerMessage(LogLevel.Information, "{Spout}: {Change}")]
    private partial void LogChanged(string spout, string change);

    [LoggerMessage(LogLevel.Critical, "{Reason} The source does not run any more; the others of the spout go on, and the process ends with 64 when they are done.")]
    private partial void LogEnded(string reason);

    public void Dispose()
    {
        _statuses.ForEach(Instruments.Forget);
        _publisher.Dispose();
    }
}
