using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.Logging.Abstractions;
using Spouts.Batching;
using Spouts.Hosting;
using Spouts.Ledgers;
using Spouts.Pachyderm;
using Spouts.Pachyderm.Protos.Pfs;

namespace Spouts.Bench.Upload;

/// <summary>
/// One upload in a process of its own, as a spout makes it or bare, so that its processor time and memory are nobody else's. Prints what it
/// took as JSON.
/// </summary>
internal static class Program
{
    private const int PieceSize = 64 * 1024;
    private const int CursorSize = 10 * 1024;

    // Compiled code is measured, and not its compilation, on a heap that has taken in what lives as long as the program.
    private const int WarmUp = 30_000;
    private const int WarmUpPieces = 2000;

    private static async Task Main(string[] args)
    {
        (string way, Uri http2, int tcp) = (args[0], new(args[1]), int.Parse(args[2], CultureInfo.InvariantCulture));
        long files = long.Parse(args[3], CultureInfo.InvariantCulture);
        int size = int.Parse(args[4], CultureInfo.InvariantCulture);
        Func<long, int, Task> run = way switch
        {
            "spout" => (count, each) => StageAsync(http2, count, each),
            "number" => (count, each) => StageAsync(http2, count, each, static (run, files) => MoveAsync(run.Cursor("at", CursorCodec.Int64), files)),
            "text" => (count, each) => StageAsync(http2, count, each, static (run, files) => MoveAsync(run.Cursor("at", CursorCodec.String), files)),
            "list" => (count, each) => StageAsync(http2, count, each, static (run, files) => MoveAsync(run.Cursor("at", CursorCodec.List(CursorCodec.Int32)), files)),
            "grpc" => (count, each) => SendAsync(http2, count, each),
            "http2" => (count, each) => PostAsync(http2, count, each),
            "tcp" => (count, each) => WriteAsync(tcp, count, each),
            _ => throw new ArgumentException($"'{way}' is no way to upload."),
        };
        await (size > PieceSize ? run(files, Math.Min(size, WarmUpPieces * PieceSize)) : run(WarmUp, size));
        UploadResult result = await MeasureAsync(() => run(files, size));
        await Console.Out.WriteLineAsync(JsonSerializer.Serialize(result, UploadJson.Default.UploadResult));
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
    private static async Task StageAsync(
        Uri server, long files, int size, Func<SourceRun, IAsyncEnumerable<SpoutFile>, IAsyncEnumerable<SpoutFile>>? moving = null)
    {
        using PachydermChannel channel = new(server, token: null);
        OutputRepo repo = new(channel.Invoker, "default", "bench", "master");
        SourceRun run = new("Fetch", SourceEntry.Empty, new("bench", null!), DateTimeOffset.UtcNow);
        IAsyncEnumerable<SpoutFile> all = Yield(files, size);
        if (moving is not null)
            all = moving(run, all);
        await using RunStager stager = new(repo, all, TimeProvider.System, NullLogger.Instance, CancellationToken.None, CancellationToken.None)
        {
            Source = new("Fetch"),
            Base = SourceEntry.Empty,
            Entry = values => values is null ? run.Entry() : run.Entry(values),
            Cursors = run.Cursors,
            Known = new([]),
            Unreadable = new(limit: null),
            Limits = moving is null ? null : new() { Files = 1000 },
        };
        while (await stager.NextAsync() is { } batch)
            await batch.DisposeAsync();
    }

    private static async IAsyncEnumerable<SpoutFile> MoveAsync(Cursor<long> number, IAsyncEnumerable<SpoutFile> files)
    {
        await foreach (SpoutFile file in files)
        {
            number.Value++;
            yield return file;
        }
    }

    private static async IAsyncEnumerable<SpoutFile> MoveAsync(Cursor<string> text, IAsyncEnumerable<SpoutFile> files)
    {
        int moved = 0;
        await foreach (SpoutFile file in files)
        {
            text.Value = new string((char)('a' + (moved++ % 26)), CursorSize);
            yield return file;
        }
    }

    private static async IAsyncEnumerable<SpoutFile> MoveAsync(Cursor<List<int>> list, IAsyncEnumerable<SpoutFile> files)
    {
        list.Value = [.. Enumerable.Range(1000, CursorSize / 5)];
        int moved = 0;
        await foreach (SpoutFile file in files)
        {
            list.Value[0] = 1000 + (moved++ % 9000);
            yield return file;
        }
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
    private static async Task SendAsync(Uri server, long files, int size)
    {
        using PachydermChannel channel = new(server, token: null);
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

    private static async Task PostAsync(Uri server, long files, int size)
    {
        using SocketsHttpHandler handler = new() { UseProxy = false };
        using HttpClient client = new(handler);
        int piece = Math.Min(size, PieceSize);
        using HttpRequestMessage request = new(HttpMethod.Post, server)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new PieceContent(new Content(piece), files * (size / piece)),
        };
        using HttpResponseMessage response = await client.SendAsync(request);
        response.EnsureSuccessStatusCode();
    }

    private static async Task WriteAsync(int port, long files, int size)
    {
        using TcpClient client = new();
        await client.ConnectAsync(IPAddress.Loopback, port);
        NetworkStream stream = client.GetStream();
        byte[] piece = new byte[Math.Min(size, PieceSize)];
        for (long left = files * size; left > 0; left -= piece.Length)
            await stream.WriteAsync(piece);
        client.Client.Shutdown(SocketShutdown.Send);
        await stream.ReadExactlyAsync(piece.AsMemory(0, 1));
    }
}
