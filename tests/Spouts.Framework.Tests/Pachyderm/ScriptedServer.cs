using System.Collections.Concurrent;
using System.Net;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Testing;
using Spouts.Pachyderm;
using Spouts.Pachyderm.Protos.Pfs;
using FileInfo = Spouts.Pachyderm.Protos.Pfs.FileInfo;

namespace Spouts.Tests.Pachyderm;

/// <summary>A real gRPC server that keeps what is staged in memory, and whose calls a test has wait wherever it likes.</summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly PachydermChannel _channel;
    private int _fileSets;

    private ScriptedServer(TimeProvider time)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(static kestrel => kestrel.Listen(IPAddress.Loopback, 0, static listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddRoutingCore();
        builder.Services.AddGrpc(static grpc => grpc.MaxReceiveMessageSize = 20 * 1024 * 1024);
        builder.Services.AddSingleton(this);
        _app = builder.Build();
        _app.MapGrpcService<Pfs>();
        ((IHost)_app).Start();
        _channel = new(new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()), token: null);
        Repo = new(_channel.Invoker, "default", "clicks", "master", time, Logger);
    }

    /// <summary>The client's side.</summary>
    public OutputRepo Repo { get; }

    /// <summary>What the client logs.</summary>
    public FakeLogger<OutputRepo> Logger { get; } = new();

    /// <summary>The content of every path, by file set.</summary>
    public ConcurrentDictionary<string, ConcurrentDictionary<string, byte[]>> FileSets { get; } = new();

    public ConcurrentBag<string> Renewed { get; } = [];

    public ConcurrentBag<string> Expired { get; } = [];

    public List<(ComposeFileSetRequest Request, DateTime Deadline)> Composed { get; } = [];

    /// <summary>What a call waits for; the number of a CreateFileSet is in its name, from 1.</summary>
    public ConcurrentDictionary<string, Task> Stalls { get; } = new();

    /// <summary>Completes when a call has come to where it waits.</summary>
    public TaskCompletionSource Stalled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public static ScriptedServer Start(TimeProvider time) => new(time);

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await _app.DisposeAsync();
    }

    private async Task StallAsync(string where, ServerCallContext context)
    {
        if (!Stalls.TryGetValue(where, out Task? stall))
            return;
        Stalled.TrySetResult();
        await stall.WaitAsync(context.CancellationToken);
    }

    private sealed class Pfs(ScriptedServer server) : API.APIBase
    {
        public override async Task<CreateFileSetResponse> CreateFileSet(IAsyncStreamReader<ModifyFileRequest> requestStream, ServerCallContext context)
        {
            string id = $"set{Interlocked.Increment(ref server._fileSets)}";
            await server.StallAsync($"read {id}", context);
            ConcurrentDictionary<string, byte[]> files = server.FileSets[id] = new(StringComparer.Ordinal);
            await foreach (ModifyFileRequest message in requestStream.ReadAllAsync(context.CancellationToken))
            {
                if (message.AddFile is { } add)
                    files.AddOrUpdate(add.Path, _ => add.Raw.ToByteArray(), (_, before) => [.. before, .. add.Raw.Span]);
            }

            await server.StallAsync($"complete {id}", context);
            return new() { FileSetId = id };
        }

        public override async Task<CreateFileSetResponse> ComposeFileSet(ComposeFileSetRequest request, ServerCallContext context)
        {
            server.Composed.Add((request, context.Deadline));
            await server.StallAsync("compose", context);
            return new() { FileSetId = "composed" };
        }

        public override Task<Empty> RenewFileSet(RenewFileSetRequest request, ServerCallContext context)
        {
            server.Renewed.Add(request.FileSetId);
            return server.Expired.Contains(request.FileSetId)
                ? throw new RpcException(new Status(StatusCode.NotFound, $"tracker does not contain item: (fileset/{request.FileSetId})"))
                : Task.FromResult(new Empty());
        }

        public override async Task GetFile(GetFileRequest request, IServerStreamWriter<BytesValue> responseStream, ServerCallContext context)
        {
            await responseStream.WriteAsync(new() { Value = Google.Protobuf.ByteString.CopyFromUtf8("first") });
            await server.StallAsync("get", context);
        }

        public override Task GetFileTAR(GetFileRequest request, IServerStreamWriter<BytesValue> responseStream, ServerCallContext context) =>
            server.StallAsync("get", context);

        public override async Task WalkFile(WalkFileRequest request, IServerStreamWriter<FileInfo> responseStream, ServerCallContext context)
        {
            await responseStream.WriteAsync(new() { File = new() { Path = "/first" }, FileType = FileType.File });
            await server.StallAsync("walk", context);
        }
    }
}
