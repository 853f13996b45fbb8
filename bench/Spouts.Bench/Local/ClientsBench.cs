using System.Diagnostics;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Spouts.Bench.Upload;
using Spouts.Pachyderm;
using Spouts.Pachyderm.Protos.Pfs;

namespace Spouts.Bench.Local;

/// <summary>
/// Two hundred clients at the same time, each with a connection of its own: commits, waits, reads back what it wrote. Once
/// each in its own repo, once each on its own branch of one repo.
/// </summary>
internal sealed class ClientsBench(Scale scale, ServerProcess server, Report report)
{
    private const int Rounds = 5;
    private const int FilesPerCommit = 10;

    public async Task RunAsync()
    {
        report.Section($"{scale.Clients} clients at the same time, {Rounds} commits each");
        await RunAsync("a repo each", number => ServerProcess.Branch($"client-{number}"));
        await RunAsync("a branch each of one repo", number => ServerProcess.Branch("clients", $"branch-{number}"));
        report.Figure("most memory resident", $"{server.TakePeak() >> 20} MiB");
    }

    private async Task RunAsync(string how, Func<int, Branch> branch)
    {
        TaskCompletionSource go = new(TaskCreationOptions.RunContinuationsAsynchronously);
        List<Task<(double Milliseconds, string? Error)>> clients =
            [.. Enumerable.Range(0, scale.Clients).Select(number => ClientAsync(number, branch(number), go.Task))];
        go.SetResult();
        (double Milliseconds, string? Error)[] results = await Task.WhenAll(clients);
        double median = Median.Of(results.Select(result => result.Milliseconds));
        double slowest = results.Max(result => result.Milliseconds);
        foreach (IGrouping<string, string> error in results.Select(result => result.Error).OfType<string>().GroupBy(error => error))
            report.Figure($"   {error.Key}", $"{error.Count()} times");
        report.Count($"{how}: errors", results.Count(result => result.Error is not null), 0);
        report.Figure($"{how}: the median, the slowest client", $"{median:N0}, {slowest:N0} ms");
        report.AtMost($"{how}: the slowest client against the median", slowest / median, 3);
    }

    private async Task<(double Milliseconds, string? Error)> ClientAsync(int number, Branch branch, Task go)
    {
        using PachydermChannel channel = new(server.Address, token: null);
        API.APIClient pfs = new(channel.Invoker);
        Content content = new(1024 + number);
        await go;
        long start = Stopwatch.GetTimestamp();
        try
        {
            await pfs.CreateRepoAsync(new CreateRepoRequest { Repo = branch.Repo, Update = true });
            for (int round = 0; round < Rounds; round++)
                await CommitAsync(pfs, branch, content, round);
            return (Stopwatch.GetElapsedTime(start).TotalMilliseconds, null);
        }
        catch (Exception error) when (error is RpcException or InvalidDataException)
        {
            return (Stopwatch.GetElapsedTime(start).TotalMilliseconds, error.Message);
        }
    }

    private static async Task CommitAsync(API.APIClient pfs, Branch branch, Content content, int round)
    {
        Commit commit = await pfs.StartCommitAsync(new StartCommitRequest { Branch = branch });
        using (AsyncClientStreamingCall<ModifyFileRequest, Empty> call = pfs.ModifyFile())
        {
            await call.RequestStream.WriteAsync(new ModifyFileRequest { SetCommit = commit });
            for (int file = 0; file < FilesPerCommit; file++)
            {
                await call.RequestStream.WriteAsync(new ModifyFileRequest
                {
                    AddFile = new AddFile { Path = $"/{round}/{file}", Raw = UnsafeByteOperations.UnsafeWrap(content[(round * FilesPerCommit) + file]) },
                });
            }

            await call.RequestStream.CompleteAsync();
            await call;
        }

        await pfs.FinishCommitAsync(new FinishCommitRequest { Commit = commit });
        await pfs.InspectCommitAsync(new InspectCommitRequest { Commit = commit, Wait = CommitState.Finished });
        for (int file = 0; file < FilesPerCommit; file++)
            await CheckAsync(pfs, new() { Commit = commit, Path = $"/{round}/{file}" }, content[(round * FilesPerCommit) + file]);
    }

    private static async Task CheckAsync(API.APIClient pfs, Pachyderm.Protos.Pfs.File file, ReadOnlyMemory<byte> expected)
    {
        using AsyncServerStreamingCall<BytesValue> call = pfs.GetFile(new GetFileRequest { File = file });
        using MemoryStream read = new();
        while (await call.ResponseStream.MoveNext(CancellationToken.None))
            read.Write(call.ResponseStream.Current.Value.Span);
        if (!read.ToArray().AsSpan().SequenceEqual(expected.Span))
            throw new InvalidDataException("A file is not what its client wrote.");
    }
}
