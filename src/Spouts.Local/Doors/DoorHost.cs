using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Spouts.Local.Children;
using Spouts.Local.Core;
using Spouts.Local.Core.Files;
using Spouts.Local.Core.Pipelines;
using Spouts.Local.Pods;
using Spouts.Local.Services;

namespace Spouts.Local.Doors;

/// <summary>Opens doors: each an HTTP/2 listener of its own over the one core.</summary>
internal sealed class DoorHost(
    Pachd pachd, PipelineEvents events, KubernetesObjects objects, WorkerVariables variables, WorkerLogs workerLogs, LogLevel logLevel)
{
    /// <summary>Set before the cluster door opens: only that one lets workers attach.</summary>
    public WorkerDesk? Desk { get; set; }

    /// <summary>Where the cluster door listens. The client of a sidecar is on the same machine, always.</summary>
    public IPAddress Listen { get; init; } = IPAddress.Loopback;

    /// <summary>The recording of the conformance scenarios served admin and version at the sidecar too.</summary>
    public bool WideSidecars { get; init; }

    /// <summary>Opens a door on a port, or on a free one when it is 0.</summary>
    public async Task<(WebApplication App, Door Door)> OpenAsync(bool sidecar, int port)
    {
        IPAddress address = sidecar ? IPAddress.Loopback : Listen;
        port = port == 0 ? FreePort(address) : port;
        Door door = new(sidecar, port) { NeedsAuth = !IPAddress.IsLoopback(Listen) };
        // An empty builder watches no configuration files: with hundreds of doors those watches would run out.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.Services.AddRoutingCore();
        builder.Logging.SetMinimumLevel(logLevel);
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true);
        builder.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(
            console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(address, port, listen => listen.Protocols = HttpProtocols.Http2);
            kestrel.Limits.MaxRequestBodySize = null;
            // A stalled stream is a client's own business: a spout may think for minutes between two messages.
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Limits.Http2.MaxStreamsPerConnection = 10_000;
        });
        builder.Services.AddGrpc(grpc =>
        {
            grpc.MaxReceiveMessageSize = MessageErrors.LargestMessage;
            grpc.MaxSendMessageSize = MessageErrors.LargestMessage;
            grpc.Interceptors.Add<ErrorInterceptor>();
            grpc.Interceptors.Add<CallerInterceptor>();
        });
        builder.Services.AddSingleton(pachd);
        builder.Services.AddSingleton(events);
        builder.Services.AddSingleton(objects);
        builder.Services.AddSingleton<PodTrial>(objects.Try);
        builder.Services.AddSingleton(workerLogs);
        builder.Services.AddSingleton(door);
        builder.Services.AddSingleton<FileSets>();
        builder.Services.AddSingleton<PipelineChanges>();
        builder.Services.AddSingleton<OpenTransactions>();
        builder.Services.AddSingleton<RequestRunner>();
        if (!sidecar)
        {
            builder.Services.AddSingleton(variables);
            builder.Services.AddSingleton(Desk ?? throw new InvalidOperationException("The cluster door needs the desk."));
        }

        WebApplication app = builder.Build();
        app.Use(MessageErrors.RunAsync);
        Map(app, sidecar);
        await app.StartAsync();
        return (app, door);
    }

    private void Map(WebApplication app, bool sidecar)
    {
        app.MapGrpcService<PfsService>();
        app.MapGrpcService<PpsService>();
        app.MapGrpcService<TransactionService>();
        app.MapGrpcService<FilesetService>();
        app.MapGrpcService<HealthService>();
        app.MapGrpcService<AuthService>();
        AuthExtras.Map(app);
        if (sidecar && !WideSidecars)
            return;
        app.MapGrpcService<AdminService>();
        app.MapGrpcService<VersionService>();
        if (sidecar)
            return;
        app.MapGrpcService<WorkersService>();
        app.MapGrpcService<PodsService>();
    }

    /// <summary>A port that nobody listens on at this moment.</summary>
    private static int FreePort(IPAddress address)
    {
        using TcpListener probe = new(address, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    public static bool IsFree(IPAddress address, int port)
    {
        try
        {
            using TcpListener probe = new(address, port);
            probe.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
