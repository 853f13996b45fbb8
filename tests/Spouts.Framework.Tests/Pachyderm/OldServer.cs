using System.Net;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Spouts.Pachyderm;
using Spouts.Pachyderm.Protos.Pfs;
using FileInfo = Spouts.Pachyderm.Protos.Pfs.FileInfo;
using Pps = Spouts.Pachyderm.Protos.Pps;
using VersionApi = Spouts.Pachyderm.Protos.Version.API;

namespace Spouts.Tests.Pachyderm;

/// <summary>
/// A real endpoint before a door of the local pachd's that speaks as an older Pachyderm does: up to 2.10 answers name the branch of
/// every commit and requests must; before 2.6 a commit has no repo beside its branch.
/// </summary>
internal sealed class OldServer : IAsyncDisposable
{
    private readonly PachydermChannel _behind;
    private readonly WebApplication _app;

    private OldServer(Uri behind, Era era)
    {
        _behind = new(behind, token: null);
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(static kestrel => kestrel.Listen(IPAddress.Loopback, 0, static listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddRoutingCore();
        builder.Services.AddGrpc(static grpc => grpc.MaxReceiveMessageSize = 20 * 1024 * 1024);
        builder.Services.AddSingleton(new API.APIClient(_behind.Invoker));
        builder.Services.AddSingleton(new Pps.API.APIClient(_behind.Invoker));
        builder.Services.AddSingleton(era);
        _app = builder.Build();
        _app.MapGrpcService<OldPfs>();
        _app.MapGrpcService<OldPps>();
        if (era.Version is not null)
            _app.MapGrpcService<OldVersion>();
    }

    public int Port => new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()).Port;

    public static async Task<OldServer> StartAsync(Uri behind, Era era)
    {
        OldServer server = new(behind, era);
        await server._app.StartAsync();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _behind.Dispose();
    }

    /// <param name="HasRepo">Whether commits name their repo beside their branch.</param>
    /// <param name="Version">What GetVersion answers; null where it is not served, as at a sidecar.</param>
    internal sealed record Era(bool HasRepo, Version? Version = null);

    private sealed class OldVersion(Era era) : VersionApi.APIBase
    {
        public override Task<Spouts.Pachyderm.Protos.Version.Version> GetVersion(Empty request, ServerCallContext context) =>
            Task.FromResult(new Spouts.Pachyderm.Protos.Version.Version { Major = (uint)era.Version!.Major, Minor = (uint)era.Version.Minor, Micro = (uint)era.Version.Build });
    }

    private sealed class OldPps(Pps.API.APIClient behind) : Pps.API.APIBase
    {
        public override async Task<Pps.PipelineInfo> InspectPipeline(Pps.InspectPipelineRequest request, ServerCallContext context) =>
            await behind.InspectPipelineAsync(request);
    }

    private sealed class OldPfs(API.APIClient behind, Era era) : API.APIBase
    {
        public override async Task<BranchInfo> InspectBranch(InspectBranchRequest request, ServerCallContext context)
        {
            BranchInfo info = await behind.InspectBranchAsync(request);
            Name(info.Head, request.Branch.Name);
            return info;
        }

        public override async Task<Commit> StartCommit(StartCommitRequest request, ServerCallContext context) =>
            Name(await behind.StartCommitAsync(request), request.Branch.Name);

        public override async Task<CommitInfo> InspectCommit(InspectCommitRequest request, ServerCallContext context)
        {
            string branch = Take(request.Commit);
            CommitInfo info = await behind.InspectCommitAsync(request, deadline: context.Deadline);
            Name(info.Commit, branch);
            if (info.ParentCommit is { } parent)
                Name(parent, branch);
            return info;
        }

        public override async Task<Empty> FinishCommit(FinishCommitRequest request, ServerCallContext context)
        {
            Take(request.Commit);
            return await behind.FinishCommitAsync(request);
        }

        public override async Task<Empty> ClearCommit(ClearCommitRequest request, ServerCallContext context)
        {
            Take(request.Commit);
            return await behind.ClearCommitAsync(request);
        }

        public override async Task<Empty> AddFileSet(AddFileSetRequest request, ServerCallContext context)
        {
            Take(request.Commit);
            return await behind.AddFileSetAsync(request);
        }

        public override async Task<Empty> RenewFileSet(RenewFileSetRequest request, ServerCallContext context) => await behind.RenewFileSetAsync(request);

        public override async Task<CreateFileSetResponse> ComposeFileSet(ComposeFileSetRequest request, ServerCallContext context) =>
            await behind.ComposeFileSetAsync(request);

        public override async Task<CreateFileSetResponse> CreateFileSet(IAsyncStreamReader<ModifyFileRequest> requestStream, ServerCallContext context)
        {
            using var call = behind.CreateFileSet(cancellationToken: context.CancellationToken);
            await foreach (ModifyFileRequest message in requestStream.ReadAllAsync(context.CancellationToken))
                await call.RequestStream.WriteAsync(message);
            await call.RequestStream.CompleteAsync();
            return await call;
        }

        public override async Task<FileInfo> InspectFile(InspectFileRequest request, ServerCallContext context)
        {
            string branch = Take(request.File.Commit);
            FileInfo info = await behind.InspectFileAsync(request);
            Name(info.File.Commit, branch);
            return info;
        }

        public override async Task GetFile(GetFileRequest request, IServerStreamWriter<BytesValue> responseStream, ServerCallContext context)
        {
            Take(request.File.Commit);
            await CopyAsync(behind.GetFile(request, cancellationToken: context.CancellationToken), responseStream);
        }

        public override async Task GetFileTAR(GetFileRequest request, IServerStreamWriter<BytesValue> responseStream, ServerCallContext context)
        {
            Take(request.File.Commit);
            await CopyAsync(behind.GetFileTAR(request, cancellationToken: context.CancellationToken), responseStream);
        }

        public override async Task WalkFile(WalkFileRequest request, IServerStreamWriter<FileInfo> responseStream, ServerCallContext context)
        {
            Take(request.File.Commit);
            await CopyAsync(behind.WalkFile(request, cancellationToken: context.CancellationToken), responseStream);
        }

        private static async Task CopyAsync<T>(AsyncServerStreamingCall<T> call, IServerStreamWriter<T> answers)
        {
            using (call)
            {
                await foreach (T message in call.ResponseStream.ReadAllAsync())
                    await answers.WriteAsync(message);
            }
        }

        private Commit Name(Commit commit, string branch)
        {
            commit.Branch = new() { Repo = commit.Repo, Name = branch };
            if (!era.HasRepo)
                commit.Repo = null;
            return commit;
        }

        // What is behind is of today, and wants none.
        private static string Take(Commit commit)
        {
            string branch = commit.Branch?.Name ?? throw new RpcException(new Status(StatusCode.InvalidArgument, $"commit {commit.Id} is named without its branch"));
            commit.Branch = null;
            return branch;
        }
    }
}
