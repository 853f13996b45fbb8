using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Grpc.Core;
using Spouts.Pachyderm;
using Spouts.Pachyderm.Protos.Local;
using Spouts.Pachyderm.Protos.Pfs;
using Spouts.Pachyderm.Protos.Pps;
using Spouts.Tests;
using WorkerEnvironment = Spouts.Pachyderm.WorkerEnvironment;
using AuthApi = Spouts.Pachyderm.Protos.Auth.API;
using PfsApi = Spouts.Pachyderm.Protos.Pfs.API;
using PpsApi = Spouts.Pachyderm.Protos.Pps.API;

namespace Spouts.Chaos.Processes;

/// <summary>What administrators, and other people, do to a spout's pipeline and its output repo, at the cluster's door.</summary>
internal sealed class Pipeline : IDisposable
{
    private const string Project = "default";
    private static readonly string RootToken = TestOutput.Secret();

    private readonly PachydermChannel _channel;
    private readonly PpsApi.APIClient _pps;
    private readonly PfsApi.APIClient _pfs;
    private readonly Repo _repo;
    private readonly Pachyderm.Protos.Pps.Pipeline _name;

    private Pipeline(PachydermChannel channel, string spout, string? token)
    {
        _channel = channel;
        Token = token;
        _pps = new(channel.Invoker);
        _pfs = new(channel.Invoker);
        _repo = new() { Project = new() { Name = Project }, Name = spout, Type = "user" };
        _name = new() { Project = new() { Name = Project }, Name = spout };
    }

    /// <summary>The administrator's token; null where auth is off.</summary>
    public string? Token { get; }

    /// <summary>Creates the pipeline.</summary>
    /// <param name="address">The cluster's door.</param>
    /// <param name="spout">Its name.</param>
    /// <param name="auth">Turns auth on before that.</param>
    /// <param name="cancellation">Ends it.</param>
    public static async Task<Pipeline> CreateAsync(Uri address, string spout, bool auth, CancellationToken cancellation)
    {
        if (auth)
        {
            using PachydermChannel open = new(address, token: null);
            await new AuthApi.APIClient(open.Invoker).ActivateAsync(new() { RootToken = RootToken }, cancellationToken: cancellation);
        }

        string? token = auth ? RootToken : null;
        Pipeline pipeline = new(new(address, token), spout, token);
        if (auth)
        {
            await pipeline._pfs.ActivateAuthAsync(new(), cancellationToken: cancellation);
            await pipeline._pps.ActivateAuthAsync(new(), cancellationToken: cancellation);
        }

        await pipeline.UpdateAsync(cancellation);
        return pipeline;
    }

    /// <summary>Creates the pipeline, or updates it to a new version.</summary>
    public async Task UpdateAsync(CancellationToken cancellation)
    {
        JsonObject spec = new()
        {
            ["pipeline"] = new JsonObject { ["name"] = _name.Name },
            ["transform"] = new JsonObject { ["image"] = _name.Name, ["cmd"] = new JsonArray(_name.Name) },
            ["spout"] = new JsonObject(),
        };
        CreatePipelineV2Request request = new() { CreatePipelineRequestJson = spec.ToJsonString(), Update = true };
        await _pps.CreatePipelineV2Async(request, cancellationToken: cancellation);
    }

    public async Task StopAsync(CancellationToken cancellation) =>
        await _pps.StopPipelineAsync(new() { Pipeline = _name }, cancellationToken: cancellation);

    public async Task StartAsync(CancellationToken cancellation) =>
        await _pps.StartPipelineAsync(new() { Pipeline = _name }, cancellationToken: cancellation);

    /// <summary>The environment of a worker of today's version.</summary>
    public async Task<IReadOnlyDictionary<string, string>> VariablesAsync(CancellationToken cancellation)
    {
        using var attached = new Workers.WorkersClient(_channel.Invoker).Attach(
            new() { Project = Project, Pipeline = _name.Name }, cancellationToken: cancellation);
        return await attached.ResponseStream.MoveNext(cancellation)
            ? attached.ResponseStream.Current.Variables
            : throw new InvalidOperationException($"The local pachd lets nobody attach to '{_name.Name}'.");
    }

    /// <summary>Revokes the token of a worker.</summary>
    public async Task RevokeAsync(IReadOnlyDictionary<string, string> variables, CancellationToken cancellation)
    {
        string token = WorkerEnvironment.From(variables.GetValueOrDefault).Token
            ?? throw new InvalidOperationException("The worker has no token that could be revoked.");
        await new AuthApi.APIClient(_channel.Invoker).RevokeAuthTokenAsync(new() { Token = token }, cancellationToken: cancellation);
    }

    /// <summary><c>pachctl put file --append</c> by the name of the branch: into whatever commit is open there.</summary>
    public async Task PutAsync(string path, string text, CancellationToken cancellation)
    {
        using var put = _pfs.ModifyFile(cancellationToken: cancellation);
        Commit target = new() { Repo = _repo, Branch = new() { Repo = _repo, Name = "master" } };
        await put.RequestStream.WriteAsync(new() { SetCommit = target }, cancellation);
        await put.RequestStream.WriteAsync(
            new() { AddFile = new() { Path = path, Raw = ByteString.CopyFromUtf8(text) } }, cancellation);
        await put.RequestStream.CompleteAsync();
        await put;
    }

    /// <summary>Finishes somebody else's commit.</summary>
    public async Task FinishAsync(string commit, CancellationToken cancellation, string message = "") =>
        await _pfs.FinishCommitAsync(new() { Commit = Commit(commit), Description = message }, cancellationToken: cancellation);

    /// <summary>Squashes a commit into its children.</summary>
    /// <returns>Whether the server allowed it.</returns>
    public Task<bool> SquashAsync(string commit, CancellationToken cancellation) =>
        IsAllowedAsync(_pfs.SquashCommitAsync(new() { Commit = Commit(commit) }, cancellationToken: cancellation), "cannot squash");

    /// <summary>Drops a commit with its data.</summary>
    /// <returns>Whether the server allowed it.</returns>
    public Task<bool> DropAsync(string commit, CancellationToken cancellation) =>
        IsAllowedAsync(_pfs.DropCommitAsync(new() { Commit = Commit(commit) }, cancellationToken: cancellation), "cannot drop");

    public void Dispose() => _channel.Dispose();

    private Commit Commit(string id) => new() { Repo = _repo, Id = id };

    // The spout goes on meanwhile: a commit that could be taken away when it was looked at may have an open child by now.
    private static async Task<bool> IsAllowedAsync<T>(AsyncUnaryCall<T> removal, string refusal)
    {
        try
        {
            await removal;
            return true;
        }
        catch (RpcException refused) when (refused.Status.Detail.Contains(refusal, StringComparison.Ordinal))
        {
            return false;
        }
    }
}
