using System.Diagnostics;
using Google.Protobuf;
using Grpc.Core;
using Spouts.Bench.Upload;
using Spouts.Pachyderm.Protos.Pfs;
using File = Spouts.Pachyderm.Protos.Pfs.File;
using FileInfo = Spouts.Pachyderm.Protos.Pfs.FileInfo;

namespace Spouts.Bench.Local;

/// <summary>A million files of 1 KiB in one commit: written, listed, walked, globbed and diffed in flat memory.</summary>
internal sealed class MillionBench(Scale scale, ServerProcess server, Report report)
{
    private const long MemoryLimit = 256L << 20;
    private const string Directory = "/data/";

    // Of each thousand files the second commit replaces one, deletes one and adds one.
    private const int Changed = 1000;
    private const int FileSize = 1024;
    private readonly Content _content = new(FileSize);
    private readonly Branch _branch = ServerProcess.Branch("million");

    public async Task RunAsync()
    {
        report.Section($"{scale.Files:N0} files of 1 KiB in one commit");
        await server.Pfs.CreateRepoAsync(new CreateRepoRequest { Repo = _branch.Repo });
        server.TakePeak();
        Commit first = await CommitAsync("written and finished", Enumerable.Range(0, scale.Files).Select(i => Add(i)));
        long files = scale.Files;
        await ReadAsync("ListFile", server.Pfs.ListFile(new ListFileRequest { File = At(first, Directory) }).ResponseStream, Check, files);
        await ReadAsync("WalkFile", server.Pfs.WalkFile(new WalkFileRequest { File = At(first, "/") }).ResponseStream, Check, files + 2);
        await ReadAsync(
            "GlobFile", server.Pfs.GlobFile(new GlobFileRequest { Commit = first, Pattern = Directory + "*" }).ResponseStream, Check, files);
        await ReadAsync("DiffFile with nothing", Diff(first), answer => Check(answer.NewFile) && answer.OldFile is null, files + 2);
        await InspectAsync(first);
        await GetAsync(first);

        long each = files / Changed;
        Commit second = await CommitAsync($"{3 * each:N0} of them changed in a second commit", Changes());
        // The two directories have changed with their files.
        await ReadAsync("DiffFile with the parent", Diff(second), _ => true, (3 * each) + 2);
    }

    private static string PathOf(long number) => $"{Directory}{number:D8}";

    private static File At(Commit commit, string path) => new() { Commit = commit, Path = path };

    private ModifyFileRequest Add(long number) => new()
    {
        AddFile = new AddFile { Path = PathOf(number), Raw = UnsafeByteOperations.UnsafeWrap(_content[number]) },
    };

    private IEnumerable<ModifyFileRequest> Changes()
    {
        for (int i = 0; i < scale.Files; i += Changed)
        {
            yield return new ModifyFileRequest { DeleteFile = new DeleteFile { Path = PathOf(i) } };
            yield return new ModifyFileRequest { AddFile = new AddFile { Path = PathOf(i), Raw = ByteString.CopyFromUtf8("new") } };
            yield return new ModifyFileRequest { DeleteFile = new DeleteFile { Path = PathOf(i + 1) } };
            yield return Add(scale.Files + i);
        }
    }

    private async Task<Commit> CommitAsync(string what, IEnumerable<ModifyFileRequest> messages)
    {
        long start = Stopwatch.GetTimestamp();
        Commit commit = await server.Pfs.StartCommitAsync(new StartCommitRequest { Branch = _branch });
        using (AsyncClientStreamingCall<ModifyFileRequest, Google.Protobuf.WellKnownTypes.Empty> call = server.Pfs.ModifyFile())
        {
            await call.RequestStream.WriteAsync(new ModifyFileRequest { SetCommit = commit });
            foreach (ModifyFileRequest message in messages)
                await call.RequestStream.WriteAsync(message);
            await call.RequestStream.CompleteAsync();
            await call;
        }

        TimeSpan written = Stopwatch.GetElapsedTime(start);
        await server.Pfs.FinishCommitAsync(new FinishCommitRequest { Commit = commit });
        CommitInfo info = await server.Pfs.InspectCommitAsync(new InspectCommitRequest { Commit = commit, Wait = CommitState.Finished });
        if (info.Error.Length > 0)
            throw new InvalidOperationException($"The commit has failed: {info.Error}");
        report.Figure(what, $"{written.TotalSeconds:N1} + {(Stopwatch.GetElapsedTime(start) - written).TotalSeconds:N1} s");
        Memory();
        return commit;
    }

    private IAsyncStreamReader<DiffFileResponse> Diff(Commit commit)
        => server.Pfs.DiffFile(new DiffFileRequest { NewFile = At(commit, "/") }).ResponseStream;

    private async Task ReadAsync<T>(string what, IAsyncStreamReader<T> answers, Func<T, bool> check, long expected)
    {
        long start = Stopwatch.GetTimestamp();
        long count = 0, wrong = 0;
        TimeSpan? first = null;
        while (await answers.MoveNext(CancellationToken.None))
        {
            first ??= Stopwatch.GetElapsedTime(start);
            count++;
            if (!check(answers.Current))
                wrong++;
        }

        report.Figure($"{what}: until the first entry, until the last", $"{first?.TotalSeconds:N1}, {Stopwatch.GetElapsedTime(start).TotalSeconds:N1} s");
        report.Count($"{what}: entries", count, expected);
        report.Count($"{what}: entries that are wrong", wrong, 0);
        Memory();
    }

    private bool Check(FileInfo info)
    {
        if (info.FileType == FileType.Dir)
            return info.SizeBytes == (long)scale.Files * FileSize && info.File.Path is "/" or Directory;
        long number = long.Parse(info.File.Path[Directory.Length..], System.Globalization.CultureInfo.InvariantCulture);
        // Each entry is looked at, and the hash of each hundredth.
        return info.SizeBytes == FileSize && (number % 100 != 0 || info.Hash.Span.SequenceEqual(_content.HashOf(number)));
    }

    private async Task InspectAsync(Commit commit)
    {
        long start = Stopwatch.GetTimestamp();
        FileInfo info = await server.Pfs.InspectFileAsync(new InspectFileRequest { File = At(commit, Directory) });
        report.Figure("InspectFile of the directory", $"{Stopwatch.GetElapsedTime(start).TotalSeconds:N1} s");
        report.Count("InspectFile of the directory: bytes", info.SizeBytes, (long)scale.Files * FileSize);
        Memory();
    }

    private async Task GetAsync(Commit commit)
    {
        const int Read = 100;
        int wrong = 0;
        List<double> times = [];
        for (int i = 0; i < Read; i++)
        {
            long number = (long)scale.Files * i / Read;
            long start = Stopwatch.GetTimestamp();
            using AsyncServerStreamingCall<Google.Protobuf.WellKnownTypes.BytesValue> call =
                server.Pfs.GetFile(new GetFileRequest { File = At(commit, PathOf(number)) });
            byte[] bytes = [];
            await foreach (Google.Protobuf.WellKnownTypes.BytesValue piece in call.ResponseStream.ReadAllAsync())
                bytes = [.. bytes, .. piece.Value.Span];
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            if (!bytes.AsSpan().SequenceEqual(_content[number].Span))
                wrong++;
        }

        report.Figure("GetFile of one file, median", $"{Median.Of(times):N1} ms");
        report.Count($"GetFile: wrong ones of {Read}", wrong, 0);
    }

    private void Memory()
    {
        long peak = server.TakePeak();
        report.Limit("   most memory resident", $"{peak >> 20} MiB", $"<= {MemoryLimit >> 20} MiB", peak <= MemoryLimit);
    }
}
