using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.Win32.SafeHandles;
using Spouts.Bench.Upload;
using Spouts.Pachyderm;
using Spouts.Pachyderm.Protos.Pfs;

namespace Spouts.Bench.Local;

/// <summary>
/// A file of 4 GiB, written and read back, against what the machine can do at all: the slowest of disk, HTTP/2 and hash,
/// each measured alone just before.
/// </summary>
internal sealed class LargeBench(Scale scale, ServerProcess server, Report report)
{
    private const int PieceSize = 64 * 1024;
    private const int BlockSize = 2 * 1024 * 1024;
    private readonly Content _pieces = new(PieceSize);

    public async Task RunAsync()
    {
        report.Section($"A file of {scale.LargeFile >> 20:N0} MiB");
        double disk = Rate("the disk alone: written in order, then fsync", WriteToDisk);
        double upload = await UploadAsync();
        double hash = Rate("SHA-256 alone: one core, blocks of 2 MiB", ComputeHashes);
        double slowest = Math.Min(disk, Math.Min(upload, hash));
        Commit commit = await StartAsync();
        server.TakePeak();
        double written = await RateAsync("written: ModifyFile, FinishCommit, until FINISHED", () => WriteAsync(commit));
        report.AtLeast("   against the slowest of the three", written / slowest, 0.5);
        report.Figure("   most memory resident", $"{server.TakePeak() >> 20} MiB");
        long wrong = 0;
        double read = await RateAsync("read back: GetFile, each byte compared", async () => wrong = await CountWrongAsync(commit));
        report.AtLeast("   against the slowest of the three", read / slowest, 0.5);
        report.Figure("   most memory resident", $"{server.TakePeak() >> 20} MiB");
        report.Count("   bytes that are missing, too many or wrong", wrong, 0);
    }

    private double Rate(string what, Action run)
    {
        long start = Stopwatch.GetTimestamp();
        run();
        return Shown(what, start);
    }

    private async Task<double> RateAsync(string what, Func<Task> run)
    {
        long start = Stopwatch.GetTimestamp();
        await run();
        return Shown(what, start);
    }

    private double Shown(string what, long start)
    {
        double rate = scale.LargeFile / Stopwatch.GetElapsedTime(start).TotalSeconds / (1 << 20);
        report.Figure(what, $"{rate:N0} MiB/s");
        return rate;
    }

    private void WriteToDisk()
    {
        string path = Path.Combine(server.Folder.FullName, "disk");
        byte[] block = RandomNumberGenerator.GetBytes(BlockSize);
        using (SafeFileHandle file = System.IO.File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write))
        {
            for (long at = 0; at < scale.LargeFile; at += block.Length)
                RandomAccess.Write(file, block, at);
            RandomAccess.FlushToDisk(file);
        }

        System.IO.File.Delete(path);
    }

    private async Task<double> UploadAsync()
    {
        using RawServer raw = await RawServer.StartAsync();
        await RateAsync("for comparison: one POST of as much, thrown away", () => PostAsync(raw.Address));
        return await RateAsync("HTTP/2 alone: the same messages, thrown away", async () =>
        {
            using PachydermChannel channel = new(raw.Address, token: null);
            using AsyncClientStreamingCall<ModifyFileRequest, Empty> call = await SendAsync(new API.APIClient(channel.Invoker), new Commit());
            CheckReceived(call.GetTrailers().GetValue("received"));
        });
    }

    private async Task PostAsync(Uri address)
    {
        using SocketsHttpHandler handler = new() { UseProxy = false };
        using HttpClient client = new(handler);
        using HttpRequestMessage request = new(HttpMethod.Post, address)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new PieceContent(_pieces, scale.LargeFile / PieceSize),
        };
        using HttpResponseMessage response = await client.SendAsync(request);
        CheckReceived(response.Headers.GetValues("received").Single());
    }

    private void CheckReceived(string? received)
    {
        if (received != $"{scale.LargeFile}")
            throw new InvalidOperationException($"The raw server has received {received} bytes of {scale.LargeFile}.");
    }

    private void ComputeHashes()
    {
        byte[] block = RandomNumberGenerator.GetBytes(BlockSize);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        for (long at = 0; at < scale.LargeFile; at += block.Length)
            SHA256.HashData(block, hash);
    }

    private async Task<Commit> StartAsync()
    {
        Branch branch = ServerProcess.Branch("large");
        await server.Pfs.CreateRepoAsync(new CreateRepoRequest { Repo = branch.Repo });
        return await server.Pfs.StartCommitAsync(new StartCommitRequest { Branch = branch });
    }

    private async Task WriteAsync(Commit commit)
    {
        (await SendAsync(server.Pfs, commit)).Dispose();
        await server.Pfs.FinishCommitAsync(new FinishCommitRequest { Commit = commit });
        await server.Pfs.InspectCommitAsync(new InspectCommitRequest { Commit = commit, Wait = CommitState.Finished });
    }

    private async Task<AsyncClientStreamingCall<ModifyFileRequest, Empty>> SendAsync(API.APIClient pfs, Commit commit)
    {
        AsyncClientStreamingCall<ModifyFileRequest, Empty> call = pfs.ModifyFile();
        await call.RequestStream.WriteAsync(new ModifyFileRequest { SetCommit = commit });
        for (long number = 0; number < scale.LargeFile / PieceSize; number++)
        {
            // The message borrows the bytes: once it has been written, the connection has its own copy.
            await call.RequestStream.WriteAsync(new ModifyFileRequest
            {
                AddFile = new AddFile { Path = "/large", Raw = UnsafeByteOperations.UnsafeWrap(_pieces[number]) },
            });
        }

        await call.RequestStream.CompleteAsync();
        await call;
        return call;
    }

    private async Task<long> CountWrongAsync(Commit commit)
    {
        using AsyncServerStreamingCall<BytesValue> call =
            server.Pfs.GetFile(new GetFileRequest { File = new Pachyderm.Protos.Pfs.File { Commit = commit, Path = "/large" } });
        long at = 0, wrong = 0;
        while (await call.ResponseStream.MoveNext(CancellationToken.None))
        {
            ReadOnlyMemory<byte> left = call.ResponseStream.Current.Value.Memory;
            while (left.Length > 0)
            {
                int offset = (int)(at % PieceSize);
                int length = Math.Min(left.Length, PieceSize - offset);
                if (!left.Span[..length].SequenceEqual(_pieces[at / PieceSize].Span.Slice(offset, length)))
                    wrong += length;
                left = left[length..];
                at += length;
            }
        }

        return wrong + Math.Abs(scale.LargeFile - at);
    }
}
