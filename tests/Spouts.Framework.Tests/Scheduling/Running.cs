using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Spouts.Hosting;
using Spouts.Ledgers;
using Spouts.Pachyderm;
using Spouts.Scheduling;
using Spouts.Tests.Publishing;

namespace Spouts.Tests.Scheduling;

/// <summary>The sources of a spout at work on a real local pachd, as in a process of their own.</summary>
internal sealed class Running : IDisposable, ICommitObserver
{
    private readonly PachydermChannel _sidecar;
    private readonly SpoutRunner _runner;

    public Running(TestSpout spout, params SourceRegistration[] sources)
        : this(spout, TimeProvider.System, sources)
    {
    }

    public Running(TestSpout spout, TimeProvider time, params SourceRegistration[] sources)
        : this(spout, time, new ServiceCollection().BuildServiceProvider(), sources)
    {
    }

    public Running(TestSpout spout, TimeProvider time, IServiceProvider services, params SourceRegistration[] sources)
        : this(spout, time, services, NullLoggerFactory.Instance, sources)
    {
    }

    public Running(TestSpout spout, TimeProvider time, IServiceProvider services, ILoggerFactory logs, params SourceRegistration[] sources)
    {
        _sidecar = new(spout.Worker.Sidecar, spout.Worker.Token);
        _runner = new(
            new() { Name = spout.Name, OutputBranch = "master", Sources = sources },
            spout.Worker,
            _sidecar,
            services,
            this,
            time,
            logs);
    }

    /// <summary>Whether a source runs, or knows when it will.</summary>
    public bool HasBegun => _runner.Statuses.Any(static source => source.UntilNextRun is not null);

    public Task OnceAsync() => _runner.OnceAsync(CancellationToken.None);

    public Task RunAsync(CancellationToken cancellation) => _runner.RunAsync(cancellation);

    /// <summary>Runs the sources until something has happened, and then ends them.</summary>
    public async Task RunUntilAsync(Task happened)
    {
        using CancellationTokenSource end = new();
        Task loop = _runner.RunAsync(end.Token);
        Task first = await Task.WhenAny(happened, loop).WaitAsync(TimeSpan.FromSeconds(60));
        await end.CancelAsync();
        if (first == loop)
            await loop;
        await loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await happened;
    }

    public void OnCommitted(string spout, string commitId, Ledger ledger, SourceEntry entry)
    {
    }

    public void Dispose()
    {
        _runner.Dispose();
        _sidecar.Dispose();
    }
}
