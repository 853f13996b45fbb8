using System.Runtime.ExceptionServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Spouts.Commands;
using Spouts.Hosting;
using Spouts.Ledgers;
using Spouts.Pachyderm;
using Spouts.Scheduling;

namespace Spouts.Testing;

/// <summary>
/// Runs the spouts of a program in the process of its tests, each as the worker of its pipeline on a local pachd of their own.
/// </summary>
public sealed class SpoutHarness : IAsyncDisposable
{
    private readonly LocalCluster _cluster;
    private readonly Action<IServiceCollection> _configure;
    private readonly Dictionary<string, (WorkerEnvironment Worker, SpoutRepo Repo)> _pipelines = new(StringComparer.Ordinal);

    private SpoutHarness(LocalCluster cluster, Action<IServiceCollection> configure) => (_cluster, _configure) = (cluster, configure);

    /// <summary>Starts a local pachd with an empty repo for each spout.</summary>
    /// <param name="configure">
    /// Registers the spouts (the generated <c>AddSpouts</c>) and the services that they need, as the program does, with those of
    /// the test in the place of <see cref="HttpClient"/>, <see cref="TimeProvider"/> or any other. It is called again for each run.
    /// </param>
    /// <param name="cancellationToken">Ends the wait for the local pachd.</param>
    /// <returns>The harness; disposing it ends the local pachd and deletes what arrived there.</returns>
    /// <exception cref="SpoutConfigurationException">No spout was registered, or the local pachd is not to be found.</exception>
    public static async Task<SpoutHarness> StartAsync(Action<IServiceCollection> configure, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(configure);
        using IHost program = Build(configure);
        SpoutRegistration[] spouts = [.. program.Services.GetServices<SpoutRegistration>()];
        if (spouts.Length == 0)
            throw new SpoutConfigurationException("There is no spout to test: call the AddSpouts that the program's build generates for it.");
        SpoutHarness harness = new(await LocalCluster.StartAsync(cancellationToken: cancellationToken).ConfigureAwait(false), configure);
        try
        {
            foreach (SpoutRegistration spout in spouts)
                await harness.AddAsync(spout, cancellationToken).ConfigureAwait(false);
            return harness;
        }
        catch
        {
            await harness.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>
    /// Runs each source of each spout once, one after the other: an endless one up to its first batch. Each call is to the spouts
    /// what a new process is: their objects and services are made anew, and of earlier runs they know what their repo says.
    /// </summary>
    /// <param name="cancellationToken">Ends the run, as a kill would: what is not committed is gone.</param>
    /// <returns>The commits of files that were made, in their order. A run without files makes none.</returns>
    /// <exception cref="Exception">What a source, or the callback of a file, has thrown.</exception>
    public async Task<IReadOnlyList<SpoutCommit>> RunOnceAsync(CancellationToken cancellationToken = default)
    {
        CommitList made = new();
        using (IHost program = Build(_configure))
        {
            await program.StartAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                foreach (SpoutRegistration spout in program.Services.GetServices<SpoutRegistration>())
                    await RunOnceAsync(spout, program.Services, made, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                await program.StopAsync(CancellationToken.None).ConfigureAwait(false);
            }
        }

        List<SpoutCommit> commits = [];
        foreach ((string spout, string id) in made)
            commits.Add(await Repo(spout).ReadCommitAsync(id, cancellationToken).ConfigureAwait(false));
        return commits;
    }

    /// <summary>What has arrived in the output repo of a spout.</summary>
    /// <param name="spout">The spout's name.</param>
    /// <returns>The repo; it ends with the harness.</returns>
    public SpoutRepo Repo(string spout) => _pipelines.TryGetValue(spout, out var pipeline)
        ? pipeline.Repo
        : throw new ArgumentException($"There is no spout '{spout}'; there are: {string.Join(", ", _pipelines.Keys)}.", nameof(spout));

    /// <summary>Ends the local pachd and deletes its files.</summary>
    /// <returns>When they are gone.</returns>
    public ValueTask DisposeAsync()
    {
        foreach ((_, SpoutRepo repo) in _pipelines.Values)
            repo.Dispose();
        _cluster.Dispose();
        return ValueTask.CompletedTask;
    }

    private static IHost Build(Action<IServiceCollection> configure) =>
        SpoutProgram.Build(new(Verb.Once, Json: false, Context: null), projectFolder: null, services =>
        {
            // Signals are the test runner's, and so is the console.
            services.AddSingleton<IHostLifetime, TestLifetime>();
            services.AddLogging(static logging => logging.ClearProviders());
            configure(services);
        });

    private async Task AddAsync(SpoutRegistration spout, CancellationToken cancellation)
    {
        var variables = await _cluster.CreateSpoutAsync(spout.Name, spout.OutputBranch, cancellation).ConfigureAwait(false);
        _pipelines.Add(spout.Name, (WorkerEnvironment.From(variables.GetValueOrDefault), _cluster.OpenRepo(spout.Name, spout.OutputBranch)));
    }

    private async Task RunOnceAsync(SpoutRegistration spout, IServiceProvider services, CommitList made, CancellationToken cancellation)
    {
        WorkerEnvironment worker = _pipelines[spout.Name].Worker;
        using PachydermChannel sidecar = new(worker.Sidecar, worker.Token);
        using SpoutRunner runner = new(
            spout,
            worker,
            sidecar,
            services,
            made,
            services.GetRequiredService<TimeProvider>(),
            services.GetRequiredService<ILoggerFactory>());
        try
        {
            await runner.OnceAsync(cancellation).ConfigureAwait(false);
        }
        catch (Exception failed) when (failed is SourceFailedException or AcknowledgementFailedException)
        {
            ExceptionDispatchInfo.Throw(failed.InnerException!);
        }
    }

    private sealed class CommitList : List<(string Spout, string Id)>, ICommitObserver
    {
        public void OnCommitted(string spout, string commitId, Ledger ledger, SourceEntry entry) => Add((spout, commitId));
    }

    private sealed class TestLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
