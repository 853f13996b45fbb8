using System.Text.Json.Nodes;
using Grpc.Core;
using Spouts.Hosting;
using Spouts.Pachyderm;
using Spouts.Pachyderm.Protos.Local;
using Spouts.Pachyderm.Protos.Pps;
using Reply = Spouts.Pachyderm.Protos.Local.WorkerEnvironment;
using WorkerEnvironment = Spouts.Pachyderm.WorkerEnvironment;

namespace Spouts.Development;

/// <summary>
/// Makes this process the worker of a spout on a local pachd: creates the pipeline from the generated spec, or updates it where
/// the spec has changed, and attaches.
/// </summary>
internal sealed class LocalWorker : IDisposable
{
    /// <summary>The project of every pipeline that is run on a laptop, whatever its spec says: the pachd is this program's own.</summary>
    public const string Project = "default";

    private readonly AsyncServerStreamingCall<Reply> _attached;
    private readonly string _spout;

    private LocalWorker(string spout, AsyncServerStreamingCall<Reply> attached, WorkerEnvironment environment)
    {
        _spout = spout;
        _attached = attached;
        Environment = environment;
    }

    /// <summary>What the local pachd gives its worker.</summary>
    public WorkerEnvironment Environment { get; }

    /// <summary>Creates the pipeline, starts it where it was stopped, and attaches to it.</summary>
    /// <exception cref="SpoutConfigurationException">The spec is missing or refused, or another program is attached.</exception>
    public static async Task<LocalWorker> AttachAsync(
        CallInvoker pachd, SpoutRegistration spout, string specFolder, LocalSecrets secrets, CancellationToken cancellation)
    {
        string spec = InProject(secrets.TakeFrom(spout.Name, ReadSpec(spout, specFolder)));
        try
        {
            await PutPipelineAsync(pachd, spout.Name, spec, cancellation).ConfigureAwait(false);
            AttachRequest request = new() { Project = Project, Pipeline = spout.Name };
            var call = new Workers.WorkersClient(pachd).Attach(request, cancellationToken: cancellation);
            if (!await call.ResponseStream.MoveNext(cancellation).ConfigureAwait(false))
                throw new LocalPachdException($"The local pachd let nobody attach to the pipeline '{spout.Name}'.");
            return new(spout.Name, call, WorkerEnvironment.From(call.ResponseStream.Current.Variables.GetValueOrDefault));
        }
        catch (RpcException refused) when (refused.StatusCode is not (StatusCode.Unavailable or StatusCode.Cancelled))
        {
            throw new SpoutConfigurationException(
                $"The local pachd refused the pipeline '{spout.Name}': {refused.Status.Detail}", refused);
        }
    }

    /// <summary>Ends when this process is no longer the worker: the pipeline was stopped, updated or deleted, or the pachd is gone.</summary>
    public async Task<Exception> EndedAsync(CancellationToken cancellation)
    {
        try
        {
            while (await _attached.ResponseStream.MoveNext(cancellation).ConfigureAwait(false))
            {
            }

            return new Publishing.SupersededException(ExitCodes.Replaced,
                $"The pipeline '{_spout}' of the local pachd was stopped, updated or deleted; this process is no longer its worker.");
        }
        catch (RpcException gone) when (!cancellation.IsCancellationRequested)
        {
            return new LocalPachdException($"The local pachd is gone: {gone.Status.Detail}", gone);
        }
    }

    public void Dispose() => _attached.Dispose();

    /// <summary>The spec of a spout that the build wrote.</summary>
    /// <exception cref="SpoutConfigurationException">It is missing.</exception>
    public static string ReadSpec(SpoutRegistration spout, string folder)
    {
        string path = Path.Combine(folder, "spouts", spout.Name, "pipeline.json");
        return File.Exists(path)
            ? File.ReadAllText(path)
            : throw new SpoutConfigurationException(
                $"{path} is missing: the build writes the pipeline spec of '{spout.Name}' there. Build the project with the Spouts.Framework package.");
    }

    private static string InProject(string spec)
    {
        JsonNode json = JsonNode.Parse(spec)!;
        json["pipeline"]!.AsObject().Remove("project");
        return json.ToJsonString();
    }

    private static async Task PutPipelineAsync(CallInvoker pachd, string name, string spec, CancellationToken cancellation)
    {
        API.APIClient pps = new(pachd);
        PipelineInfo? current = await FindAsync(pps, name, cancellation).ConfigureAwait(false);
        if (current is null || !JsonNode.DeepEquals(JsonNode.Parse(current.UserSpecJson), JsonNode.Parse(spec)))
        {
            CreatePipelineV2Request request = new() { CreatePipelineRequestJson = spec, Update = current is not null };
            await pps.CreatePipelineV2Async(request, cancellationToken: cancellation).ConfigureAwait(false);
        }

        // Whoever runs the program wants it to run; what stopped it may have been killed before it could start it again.
        if (current is { Stopped: true })
            await new PipelineControl(pachd, Project, name).StartAsync(cancellation).ConfigureAwait(false);
    }

    private static async Task<PipelineInfo?> FindAsync(API.APIClient pps, string name, CancellationToken cancellation)
    {
        InspectPipelineRequest request = new() { Pipeline = new() { Name = name, Project = new() { Name = Project } } };
        try
        {
            return await pps.InspectPipelineAsync(request, cancellationToken: cancellation).ConfigureAwait(false);
        }
        catch (RpcException missing) when (missing.StatusCode is StatusCode.NotFound)
        {
            return null;
        }
    }
}
