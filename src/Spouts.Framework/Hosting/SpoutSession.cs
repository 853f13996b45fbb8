using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Spouts.Commands;
using Spouts.Development;
using Spouts.Operating;
using Spouts.Pachyderm;
using Spouts.Publishing;
using Spouts.Scheduling;

namespace Spouts.Hosting;

/// <summary>One run of the program: connects its spouts to where they write and keeps them at work.</summary>
internal sealed partial class SpoutSession(IServiceProvider services, ProgramOptions options)
{
    // How often the local pachd is asked whether a pipeline that was stopped runs again.
    private static readonly TimeSpan StartPeriod = TimeSpan.FromSeconds(0.5);

    private readonly IReadOnlyList<SpoutRegistration> _spouts =
        OperatorSession.Chosen([.. services.GetServices<SpoutRegistration>()], options.Spout);
    private readonly TimeProvider _time = services.GetRequiredService<TimeProvider>();
    private readonly ProgramOutput _output = new(Console.Out, options.Json, services.GetRequiredService<TimeProvider>());
    private readonly ILoggerFactory _logs = services.GetRequiredService<ILoggerFactory>();
    private readonly ILogger _logger = services.GetRequiredService<ILoggerFactory>().CreateLogger<SpoutSession>();

    /// <summary>Does what was asked for.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(Target target, LocalProject? project, CancellationToken cancellation)
    {
        switch (options.Verb)
        {
            case Verb.Spec:
                PrintSpecs();
                return ExitCodes.Done;
            case Verb.State or Verb.StateLog or Verb.Schedule or Verb.Doctor:
            case Verb.DryRun when target is Target.Cluster:
                return await OperateAsync(target, project, cancellation).ConfigureAwait(false);
            case Verb.PutFile:
                await PutAsync(target, project, cancellation).ConfigureAwait(false);
                return ExitCodes.Done;
            default:
                await (target is Target.Worker ? RunInWorkerAsync(cancellation) : RunLocallyAsync(project, cancellation)).ConfigureAwait(false);
                return ExitCodes.Done;
        }
    }

    /// <summary>Prints the pipeline specs that the build wrote: one, or an array of several.</summary>
    private void PrintSpecs()
    {
        RefuseNoSpouts();
        string[] specs = [.. _spouts.Select(static spout => LocalWorker.ReadSpec(spout, AppContext.BaseDirectory).TrimEnd())];
        Console.Out.WriteLine(specs is [var only] ? only : $"[{string.Join(",\n", specs)}]");
    }

    /// <summary>Runs the spout that Pachyderm started this process for.</summary>
    private async Task RunInWorkerAsync(CancellationToken cancellation)
    {
        WorkerEnvironment worker = WorkerEnvironment.From(Environment.GetEnvironmentVariable);
        SpoutRegistration spout = _spouts.FirstOrDefault(s => s.Name == worker.Pipeline)
            ?? throw new SpoutConfigurationException(
                $"Pachyderm started this program as the pipeline '{worker.Pipeline}', but its spouts are: {Names()}. "
                + "Create the pipeline from the spec that the build of this program wrote.");
        using PachydermChannel channel = new(worker.Sidecar, worker.Token);
        await new Preflight(channel, _time, _logs.CreateLogger<Preflight>()).RunAsync(cancellation).ConfigureAwait(false);
        using SpoutRunner runner = Runner(spout, worker, channel);
        if (options.Verb is not Verb.Run)
        {
            await WorkAsync(runner, cancellation).ConfigureAwait(false);
            return;
        }

        StartRecord record = new(Path.GetTempPath(), worker, _time, _logs.CreateLogger<StartRecord>());
        await record.RunAsync(stop => WorkAsync(runner, stop), cancellation).ConfigureAwait(false);
    }

    private async Task<int> OperateAsync(Target target, LocalProject? project, CancellationToken cancellation)
    {
        using LocalPachd? local = target is Target.Local ? await StartPachdAsync(project, cancellation).ConfigureAwait(false) : null;
        IReadOnlyList<SpoutRegistration> spouts = _spouts;
        if (target is Target.Worker)
        {
            WorkerEnvironment worker = WorkerEnvironment.From(Environment.GetEnvironmentVariable);
            spouts = [await OwnAsync(worker, cancellation).ConfigureAwait(false)];
        }

        if (spouts.Count == 0)
            RefuseNoSpouts();
        return await new OperatorSession(services, options, Environment.GetEnvironmentVariable, _output)
            .RunAsync(target, local, spouts, cancellation).ConfigureAwait(false);
    }

    private async Task PutAsync(Target target, LocalProject? project, CancellationToken cancellation)
    {
        PutFileOptions files = options.Files!;
        PutProgress progress = new(options.Json || Console.IsErrorRedirected ? null : Console.Error, _time);
        PutSources sources = new(files, services.GetRequiredService<HttpClient>(), Console.OpenStandardInput, progress.OnRead);
        try
        {
            if (target is Target.Worker)
            {
                WorkerEnvironment worker = WorkerEnvironment.From(Environment.GetEnvironmentVariable);
                await PutAsync(worker, (await OwnAsync(worker, cancellation).ConfigureAwait(false)).OutputBranch).ConfigureAwait(false);
                return;
            }

            RefuseNoSpouts();
            SpoutRegistration spout = _spouts is [var only] ? only : throw OperatorSession.Ambiguous(_spouts);
            using LocalPachd pachd = await StartPachdAsync(project, cancellation).ConfigureAwait(false);
            using PachydermChannel channel = new(pachd.Address, token: null);
            using LocalWorker attached = await LocalWorker.AttachAsync(
                channel.Invoker, spout, AppContext.BaseDirectory, Secrets(), cancellation).ConfigureAwait(false);
            await PutAsync(attached.Environment, spout.OutputBranch).ConfigureAwait(false);
        }
        catch (Exception unread) when (unread is FileContentException or IOException or InvalidDataException or UnauthorizedAccessException or HttpRequestException or RetryLaterException or ArgumentException)
        {
            // What fails like this is read before anything is opened.
            throw new SpoutConfigurationException($"Nothing was put: {unread.Message}", unread);
        }
        finally
        {
            progress.End();
        }

        Task PutAsync(WorkerEnvironment worker, string branch)
        {
            if (files.Project is { } project && project != worker.Project)
                throw new SpoutConfigurationException($"A spout can put files into its own project {worker.Project} only, not into {project}. Leave --project out.");
            return new PutFile(worker, branch, _output, _time, _logs)
                .RunAsync(sources.FilesAsync(worker.Pipeline, branch, cancellation), files, cancellation);
        }
    }

    // The program's own spout of that name; where a shell script is the spout, what Pachyderm says of it.
    private async Task<SpoutRegistration> OwnAsync(WorkerEnvironment worker, CancellationToken cancellation)
    {
        if (_spouts.FirstOrDefault(spout => spout.Name == worker.Pipeline) is { } own)
            return own;
        using PachydermChannel channel = new(worker.Sidecar, worker.Token);
        PipelineControl pipeline = new(channel.Invoker, worker.Project, worker.Pipeline);
        string branch = (await pipeline.InspectAsync(cancellation).ConfigureAwait(false)).Details.OutputBranch;
        return new() { Name = worker.Pipeline, OutputBranch = branch, Sources = [] };
    }

    private Task<LocalPachd> StartPachdAsync(LocalProject? project, CancellationToken cancellation) => project is null
        ? throw new SpoutConfigurationException(
            options.Verb is Verb.DryRun or Verb.State or Verb.StateLog or Verb.Schedule or Verb.Doctor
                ? "A published spout brings no local pachd along. To look at a cluster, name a context of pachctl's: --context NAME. "
                    + $"The active one is not used unless it is named; it is printed by: pachctl config get active-context. Or set {Targets.AddressVariable}."
                : $"A published spout brings no local pachd along. Use dotnet run in its project, or let Pachyderm run it: {Pachctl.CreatePipeline("NAME")}")
        : LocalPachd.StartAsync(project, cancellation);

    private LocalSecrets Secrets() => new(services.GetRequiredService<IConfiguration>(), services.GetRequiredService<ILogger<LocalSecrets>>());

    /// <summary>Runs all spouts of the program as workers of a local pachd.</summary>
    private async Task RunLocallyAsync(LocalProject? project, CancellationToken cancellation)
    {
        RefuseNoSpouts();
        using LocalPachd pachd = await StartPachdAsync(project, cancellation).ConfigureAwait(false);
        using PachydermChannel channel = new(pachd.Address, token: null);
        _output.OnLocal($"grpc://{pachd.Address.Authority}", _spouts.Select(s => $"{s.Name}@{s.OutputBranch}"));
        LocalSecrets secrets = Secrets();
        while (!await AttachAsync(channel, secrets, cancellation).ConfigureAwait(false))
        {
        }
    }

    // As a pod does, the program ends its work when its pipeline is stopped, and begins anew when that is started again: then it
    // answers false.
    private async Task<bool> AttachAsync(PachydermChannel channel, LocalSecrets secrets, CancellationToken cancellation)
    {
        List<LocalWorker> workers = [];
        List<PachydermChannel> sidecars = [];
        List<SpoutRunner> runners = [];
        try
        {
            foreach (SpoutRegistration spout in _spouts)
            {
                LocalWorker worker = await LocalWorker.AttachAsync(
                    channel.Invoker, spout, AppContext.BaseDirectory, secrets, cancellation).ConfigureAwait(false);
                workers.Add(worker);
                sidecars.Add(new(worker.Environment.Sidecar, worker.Environment.Token));
                runners.Add(Runner(spout, worker.Environment, sidecars[^1]));
            }

            await WorkAsync(workers, runners, cancellation).ConfigureAwait(false);
            return true;
        }
        catch (SupersededException ended) when (options.Verb is Verb.Run && ended.ExitCode == ExitCodes.Replaced)
        {
            if (!await WaitForStartAsync(channel, cancellation).ConfigureAwait(false))
                throw;
            return false;
        }
        finally
        {
            runners.ForEach(static runner => runner.Dispose());
            sidecars.ForEach(static sidecar => sidecar.Dispose());
            workers.ForEach(static worker => worker.Dispose());
        }
    }

    // Answers false where none is stopped: then one was updated or deleted, and this program is no longer what it runs.
    private async Task<bool> WaitForStartAsync(PachydermChannel channel, CancellationToken cancellation)
    {
        bool wasStopped = false;
        foreach (SpoutRegistration spout in _spouts)
        {
            PipelineControl pipeline = new(channel.Invoker, LocalWorker.Project, spout.Name);
            while ((await pipeline.InspectAsync(cancellation).ConfigureAwait(false)).Stopped)
            {
                if (!wasStopped)
                    LogStopped(spout.Name);
                wasStopped = true;
                await Task.Delay(StartPeriod, _time, cancellation).ConfigureAwait(false);
            }
        }

        return wasStopped;
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

    private SpoutRunner Runner(SpoutRegistration spout, WorkerEnvironment worker, PachydermChannel sidecar) =>
        new(spout, worker, sidecar, services, _output, _time, _logs);

    private void RefuseNoSpouts()
    {
        if (_spouts.Count == 0)
            throw new SpoutConfigurationException("The program has no spouts: mark a class with [Spout(\"name\")] and a method of it with [Poll(\"30s\")].");
    }

    [LoggerMessage(LogLevel.Information, "The pipeline {Spout} was stopped; its spout goes on when it is started again.")]
    private partial void LogStopped(string spout);

    private string Names() => _spouts.Count == 0 ? "none" : string.Join(", ", _spouts.Select(s => s.Name));
}
