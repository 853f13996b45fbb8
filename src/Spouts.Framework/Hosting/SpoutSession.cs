using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Spouts.Pachyderm;
using Spouts.Scheduling;

namespace Spouts.Hosting;

/// <summary>One run of the program: connects its spouts to where they write and keeps them at work.</summary>
internal sealed class SpoutSession(IServiceProvider services, ProgramOptions options)
{
    private readonly IReadOnlyList<SpoutRegistration> _spouts = [.. services.GetServices<SpoutRegistration>()];
    private readonly TimeProvider _time = services.GetRequiredService<TimeProvider>();
    private readonly ProgramOutput _output = new(Console.Out, options.Json, services.GetRequiredService<TimeProvider>());

    /// <summary>Prints the pipeline specs that the build wrote: one, or an array of several.</summary>
    public void PrintSpecs()
    {
        RefuseNoSpouts();
        string[] specs = [.. _spouts.Select(static spout => LocalWorker.ReadSpec(spout, AppContext.BaseDirectory).TrimEnd())];
        Console.Out.WriteLine(specs is [var only] ? only : $"[{string.Join(",\n", specs)}]");
    }

    /// <summary>Runs the spout that Pachyderm started this process for.</summary>
    public async Task RunInWorkerAsync(CancellationToken cancellation)
    {
        WorkerEnvironment worker = WorkerEnvironment.From(Environment.GetEnvironmentVariable);
        SpoutRegistration spout = _spouts.FirstOrDefault(s => s.Name == worker.Pipeline)
            ?? throw new SpoutConfigurationException(
                $"Pachyderm started this program as the pipeline '{worker.Pipeline}', but its spouts are: {Names()}. "
                + "Create the pipeline from the spec that the build of this program wrote.");
        using SpoutRunner runner = Runner(spout, worker);
        await WorkAsync(runner, cancellation).ConfigureAwait(false);
    }

    /// <summary>Runs all spouts of the program as workers of a local pachd.</summary>
    public async Task RunLocallyAsync(LocalProject? project, CancellationToken cancellation)
    {
        RefuseNoSpouts();
        if (project is null)
        {
            throw new SpoutConfigurationException(
                "A published spout brings no local pachd along. Use dotnet run in its project, or let Pachyderm run it: "
                + "pachctl create pipeline -f spouts/NAME/pipeline.json");
        }

        using LocalPachd pachd = await LocalPachd.StartAsync(project, cancellation).ConfigureAwait(false);
        using PachydermChannel channel = new(pachd.Address, token: null);
        _output.OnLocal($"grpc://{pachd.Address.Authority}", _spouts.Select(s => $"{s.Name}@{s.OutputBranch}"));
        LocalSecrets secrets = new(services.GetRequiredService<IConfiguration>(), services.GetRequiredService<ILogger<LocalSecrets>>());
        List<LocalWorker> workers = [];
        List<SpoutRunner> runners = [];
        try
        {
            foreach (SpoutRegistration spout in _spouts)
            {
                LocalWorker worker = await LocalWorker.AttachAsync(
                    channel.Invoker, spout, AppContext.BaseDirectory, secrets, cancellation).ConfigureAwait(false);
                workers.Add(worker);
                runners.Add(Runner(spout, worker.Environment));
            }

            await WorkAsync(workers, runners, cancellation).ConfigureAwait(false);
        }
        finally
        {
            runners.ForEach(static runner => runner.Dispose());
            workers.ForEach(static worker => worker.Dispose());
        }
    }

    // The first to fail, or to lose its pipeline, ends the program.
    private async Task WorkAsync(List<LocalWorker> workers, List<SpoutRunner> runners, CancellationToken cancellation)
    {
        using CancellationTokenSource all = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task work = AllAsync(runners.Select(runner => WorkAsync(runner, all.Token)));
        Task<Exception>[] ends = [.. workers.Select(worker => worker.EndedAsync(all.Token))];
        Task first = await Task.WhenAny([work, .. ends]).ConfigureAwait(false);
        await all.CancelAsync().ConfigureAwait(false);
        await (first is Task<Exception> end ? throw await end.ConfigureAwait(false) : work).ConfigureAwait(false);
    }

    private static async Task AllAsync(IEnumerable<Task> tasks)
    {
        await foreach (Task task in Task.WhenEach(tasks).ConfigureAwait(false))
            await task.ConfigureAwait(false);
    }

    private Task WorkAsync(SpoutRunner runner, CancellationToken cancellation) => options.Verb switch
    {
        Verb.Once => runner.OnceAsync(cancellation),
        Verb.DryRun => runner.RehearseAsync(_output, cancellation),
        _ => runner.RunAsync(cancellation),
    };

    private SpoutRunner Runner(SpoutRegistration spout, WorkerEnvironment worker) =>
        new(spout, worker, services, _output, _time, services.GetRequiredService<ILoggerFactory>());

    private void RefuseNoSpouts()
    {
        if (_spouts.Count == 0)
            throw new SpoutConfigurationException("The program has no spouts: mark a class with [Spout(\"name\")] and a method of it with [Poll(\"30s\")].");
    }

    private string Names() => _spouts.Count == 0 ? "none" : string.Join(", ", _spouts.Select(s => s.Name));
}
