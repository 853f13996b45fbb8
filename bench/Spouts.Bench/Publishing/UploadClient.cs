using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.Logging.Abstractions;
using Spouts.Batching;
using Spouts.Bench.Local;
using Spouts.Ledgers;
using Spouts.Pachyderm;
using Spouts.Pachyderm.Protos.Pfs;

namespace Spouts.Bench.Publishing;

/// <summary>
/// One upload in a process of its own, as a spout makes it or bare, so that its processor time and memory are nobody else's. It has
/// the settings of a spout program: the collector for servers.
/// </summary>
internal static class UploadClient
{
    private const int PieceSize = 64 * 1024;

    private static readonly Dictionary<string, Func<RawServerAddress, long, int, Task>> s_ways = new(StringComparer.Ordinal)
    {
        ["spout"] = StageAsync,
        ["grpc"] = SendAsync,
        ["http2"] = PostAsync,
        ["tcp"] = WriteAsync,
    };

    /// <summary>Runs one upload and measures it.</summary>
    /// <param name="way"><c>spout</c>, <c>grpc</c>, <c>http2</c> or <c>tcp</c>.</param>
    /// <param name="server">The server that throws it away.</param>
    /// <param name="files">How many files.</param>
    /// <param name="size">How many bytes each; with more than one piece of 64 KiB it is streamed.</param>
    public static async Task<UploadResult> MeasureAsync(string way, RawServer server, long files, int size)
    {
        ProcessStartInfo start = new(Environment.ProcessPath!) { RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
            start.ArgumentList.Add(typeof(UploadClient).Assembly.Location);
        foreach (string argument in (string[])["upload-client", way, $"{server.Address}", $"{server.TcpPort}", $"{files}", $"{size}"])
            start.ArgumentList.Add(argument);
        start.Environment["DOTNET_gcServer"] = "1";
        using Process process = Process.Start(start)!;
        string json = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? JsonSerializer.Deserialize<UploadResult>(json)!
            : throw new InvalidOperationException($"The upload '{way}' failed with exit code {process.ExitCode}.");
    }

    /// <summary>The process itself.</summary>
    public static Command Command()
    {
        Argument<string> way = new("way");
        Argument<string> address = new("address");
        Argument<int> port = new("port"), size = new("size");
        Argument<long> files = new("files");
        Command command = new("upload-client", "Uploads and says what it took.") { way, address, port, files, size };
        command.Hidden = true;
        command.SetAction(async (parsed, _) =>
        {
            RawServerAddress server = new(new Uri(parsed.GetRequiredValue(address)), parsed.GetRequiredValue(port));
            Func<RawServerAddress, long, int, Task> run = s_ways[parsed.GetRequiredValue(way)];

            // Compiled code is measured, and not its compilation.
            await run(server, 2000, Math.Min(parsed.GetRequiredValue(size), PieceSize));
            await Console.Out.WriteLineAsync(JsonSerializer.Serialize(
                await MeasureAsync(() => run(server, parsed.GetRequiredValue(files), parsed.GetRequiredValue(size)))));
            return 0;
        });
        return command;
    }

    private static async Task<UploadResult> MeasureAsync(Func<Task> run)
    {
        using Process self = Process.GetCurrentProcess();
        int collections = GC.CollectionCount(2);
        TimeSpan cpu = self.TotalProcessorTime;
        long begin = Stopwatch.GetTimestamp();
        await run();
        double seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        self.Refresh();
        return new(seconds, (self.TotalProcessorTime - cpu).TotalSeconds, PeakResident(), GC.CollectionCount(2) - collections);
    }

    private static long PeakResident()
    {
        string line = System.IO.File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return long.Parse(line.Split(':')[1].Trim().Split(' ')[0], CultureInfo.InvariantCulture) * 1024;
    }

    private static string PathOf(long file) => string.Create(CultureInfo.InvariantCulture, $"/{file / 1000:D4}/{file:D7}");

    // What a run of a source goes through until its batch is staged.
    private static async Task StageAsync(RawServerAddress server, long files, int size)
    {
        using PachydermChannel channel = new(server.Http2, token: null);
        OutputRepo repo = new(channel.Invoker, "default", "bench", "master");
        await using RunStager stager = new(repo, Yield(files, size), TimeProvider.System, NullLogger.Instance, CancellationToken.None)
        {
            Source = new("Fetch"),
            Base = SourceEntry.Empty,
            Entry = static _ => SourceEntry.Empty,
            Known = new([]),
            Condemn = static _ => null,
        };
        StagedBatch batch = (await stager.NextAsync())!;
        await batch.DisposeAsync();
    }

    private static async IAsyncEnumerable<SpoutFile> Yield(long files, int size)
    {
        byte[] content = new byte[Math.Min(size, PieceSize)];
        for (long i = 0; i < files; i++)
        {
            yield return size <= PieceSize
                ? SpoutFile.Bytes(PathOf(i), content)
                : SpoutFile.Streamed(PathOf(i), _ => new(new RepeatedStream(content, size / PieceSize)));
        }

        await Task.CompletedTask;
    }

    // The same messages in a bare loop.
    private static async Task SendAsync(RawServerAddress server, long files, int size)
    {
        using PachydermChannel channel = new(server.Http2, token: null);
        using AsyncClientStreamingCall<ModifyFileRequest, CreateFileSetResponse> call = new API.APIClient(channel.Invoker).CreateFileSet();
        byte[] content = new byte[Math.Min(size, PieceSize)];
        for (long i = 0; i < files; i++)
        {
            string path = PathOf(i);
            await call.RequestStream.WriteAsync(new() { DeleteFile = new() { Path = path } });
            for (int sent = 0; sent < size; sent += content.Length)
                await call.RequestStream.WriteAsync(new() { AddFile = new() { Path = path, Raw = UnsafeByteOperations.UnsafeWrap(content) } });
        }

        await call.RequestStream.CompleteAsync();
        await call;
    }

    private static async Task PostAsync(RawServerAddress server, long files, int size)
    {
        using SocketsHttpHandler handler = new() { UseProxy = false };
        using HttpClient client = new(handler);
        int piece = Math.Min(size, PieceSize);
        using HttpRequestMessage request = new(HttpMethod.Post, server.Http2)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new PieceContent(new Content(piece), files * (size / piece)),
        };
        using HttpResponseMessage response = await client.SendAsync(request);
        response.EnsureSuccessStatusCode();
    }

    private static async Task WriteAsync(RawServerAddress server, long files, int size)
    {
        using TcpClient client = new();
        await client.ConnectAsync(IPAddress.Loopback, server.TcpPort);
        NetworkStream stream = client.GetStream();
        byte[] piece = new byte[Math.Min(size, PieceSize)];
        for (long left = files * size; left > 0; left -= piece.Length)
            await stream.WriteAsync(piece);
        client.Client.Shutdown(SocketShutdown.Send);
        await stream.ReadExactlyAsync(piece.AsMemory(0, 1));
    }
}
