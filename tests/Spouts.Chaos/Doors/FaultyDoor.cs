using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Spouts.Pachyderm.Protos.Pfs;
using Yarp.ReverseProxy.Forwarder;

namespace Spouts.Chaos.Doors;

/// <summary>A door in front of a sidecar's, for one spout: hands every call on, but for those that a fault was armed for.</summary>
internal sealed class FaultyDoor : HttpTransformer, IAsyncDisposable
{
    private static readonly ForwarderRequestConfig Calls = new()
    {
        Version = HttpVersion.Version20,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        ActivityTimeout = TimeSpan.FromMinutes(5),
    };

    // What a message of gRPC begins with: whether it is compressed, and its length.
    private const int MessagePrefix = 5;

    private readonly ConcurrentBag<string> _attached = [];
    private readonly Lock _lock = new();
    private readonly List<CallFault> _armed = [];
    private readonly HttpMessageInvoker _client = new(new SocketsHttpHandler { UseProxy = false, EnableMultipleHttp2Connections = true });
    private readonly string _sidecar;
    private readonly WebApplication _app;
    private readonly IHttpForwarder _forwarder;

    private FaultyDoor(int sidecarPort)
    {
        _sidecar = $"http://127.0.0.1:{sidecarPort}";
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddHttpForwarder();
        builder.WebHost.ConfigureKestrel(static kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, static listen => listen.Protocols = HttpProtocols.Http2);
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
        });
        _app = builder.Build();
        _app.Run(ForwardAsync);
        _forwarder = _app.Services.GetRequiredService<IHttpForwarder>();
    }

    public int Port => new Uri(_app.Urls.Single()).Port;

    /// <summary>The commits that its spout wanted a batch to be attached to, whatever became of that.</summary>
    public IReadOnlyCollection<string> Attached => _attached;

    public static async Task<FaultyDoor> OpenAsync(int sidecarPort)
    {
        FaultyDoor door = new(sidecarPort);
        await door._app.StartAsync();
        return door;
    }

    /// <summary>Has the next call at a boundary break.</summary>
    public CallFault Arm(Boundary boundary, CallBreak how)
    {
        CallFault fault = new(boundary, how);
        lock (_lock)
            _armed.Add(fault);
        return fault;
    }

    public override async ValueTask<bool> TransformResponseAsync(
        HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
    {
        if (proxyResponse is not null
            && httpContext.Items[this] is CallFault fault
            && !await fault.OnReplyAsync(httpContext, proxyResponse))
        {
            return false;
        }

        return await base.TransformResponseAsync(httpContext, proxyResponse, cancellationToken);
    }

    /// <summary>Breaks off what is still going on.</summary>
    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
        _client.Dispose();
    }

    private async Task ForwardAsync(HttpContext call)
    {
        string method = Path.GetFileName(call.Request.Path.Value!);
        if (method is "AddFileSet")
            await KeepAttachedAsync(call.Request);
        if (Take(method) is { } fault)
        {
            call.Items[this] = fault;
            if (!await fault.OnRequestAsync(call))
                return;
        }

        await _forwarder.SendAsync(call, _sidecar, _client, Calls, this);
    }

    private async Task KeepAttachedAsync(HttpRequest request)
    {
        request.EnableBuffering();
        using MemoryStream message = new();
        await request.Body.CopyToAsync(message);
        request.Body.Position = 0;
        _attached.Add(AddFileSetRequest.Parser.ParseFrom(message.GetBuffer().AsSpan(0, (int)message.Length)[MessagePrefix..]).Commit.Id);
    }

    private CallFault? Take(string method)
    {
        lock (_lock)
        {
            // Each is shown every call, also the ones that come after the first that takes it.
            CallFault? met = null;
            foreach (CallFault fault in _armed)
            {
                if (fault.Meets(method))
                    met ??= fault;
            }

            if (met is not null)
                _armed.Remove(met);
            return met;
        }
    }
}
