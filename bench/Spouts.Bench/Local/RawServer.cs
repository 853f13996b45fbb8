using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Spouts.Bench.Local;

/// <summary>
/// A bare server in a process of its own, which throws away what it receives: what is left of an upload when nothing is done
/// with it. It takes the messages of ModifyFile and CreateFileSet, the same bytes as the body of a POST, and over TCP alone.
/// </summary>
internal sealed class RawServer : IDisposable
{
    private readonly Process _process;

    private RawServer(Process process, Uri address, int tcpPort)
    {
        _process = process;
        Address = address;
        TcpPort = tcpPort;
    }

    public Uri Address { get; }

    /// <summary>Where it takes bytes without a protocol, and answers one when the other side has ended.</summary>
    public int TcpPort { get; }

    public static async Task<RawServer> StartAsync()
    {
        ProcessStartInfo start = new(Environment.ProcessPath!) { RedirectStandardInput = true, RedirectStandardOutput = true };
        // Under "dotnet Spouts.Bench.dll" the process is the host, and the program its argument.
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
            start.ArgumentList.Add(typeof(RawServer).Assembly.Location);
        start.ArgumentList.Add("raw-server");
        Process process = Process.Start(start)!;
        string address = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The raw server did not start.");
        string port = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The raw server did not start.");
        return new RawServer(process, new Uri(address), int.Parse(port, CultureInfo.InvariantCulture));
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    /// <summary>The server's side: prints its address and runs until its stdin closes.</summary>
    public static Command Command()
    {
        Command command = new("raw-server", "Receives over HTTP/2 and throws away. The large file's upload is compared with it.") { Hidden = true };
        command.SetAction(async (_, _) =>
        {
            await ServeAsync();
            return 0;
        });
        return command;
    }

    private static async Task ServeAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.Services.AddGrpc();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
            kestrel.Limits.MaxRequestBodySize = null;
        });
        await using WebApplication app = builder.Build();
        app.MapPost("/", async context => context.Response.Headers["received"] = $"{await DiscardAsync(context.Request.BodyReader)}");
        app.MapGrpcService<RawService>();
        await app.StartAsync();
        using TcpListener tcp = new(IPAddress.Loopback, 0);
        tcp.Start();
        Task accepting = AcceptAsync(tcp);
        await Console.Out.WriteLineAsync(app.Urls.Single());
        await Console.Out.WriteLineAsync($"{((IPEndPoint)tcp.LocalEndpoint).Port}");
        await (await Task.WhenAny(Console.In.ReadToEndAsync(), accepting));
    }

    private static async Task AcceptAsync(TcpListener tcp)
    {
        byte[] buffer = new byte[1 << 20];
        while (true)
        {
            using TcpClient client = await tcp.AcceptTcpClientAsync();
            NetworkStream stream = client.GetStream();
            while (await stream.ReadAsync(buffer) > 0)
            {
            }

            await stream.WriteAsync(buffer.AsMemory(0, 1));
        }
    }

    private static async Task<long> DiscardAsync(PipeReader body)
    {
        long received = 0;
        while (true)
        {
            ReadResult read = await body.ReadAsync();
            received += read.Buffer.Length;
            body.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
                return received;
        }
    }
}
