using System.Diagnostics;
using Google.Protobuf;
using Spouts.Bench.Upload;
using Spouts.Pachyderm.Protos.Pfs;

namespace Spouts.Bench.Local;

/// <summary>Ten thousand commits in one repo, one after the other: each started, written, finished and waited for.</summary>
internal sealed class CommitsBench(Scale scale, ServerProcess server, Report report)
{
    private const int First = 100;
    private readonly Content _content = new(1024);

    public async Task RunAsync()
    {
        report.Section($"{scale.Commits:N0} commits in one repo");
        Branch branch = ServerProcess.Branch("commits");
        await server.Pfs.CreateRepoAsync(new CreateRepoRequest { Repo = branch.Repo });
        List<double> times = [];
        for (int i = 0; i < scale.Commits; i++)
        {
            long start = Stopwatch.GetTimestamp();
            await CommitAsync(branch, i);
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        double early = Median.Of(times.Skip(First - (scale.Window / 2)).Take(scale.Window));
        double late = Median.Of(times.TakeLast(scale.Window));
        report.Figure($"a commit, median of {scale.Window} around #{First}", $"{early:N2} ms");
        report.Figure($"a commit, median of the last {scale.Window}", $"{late:N2} ms");
        report.Figure("a commit, the slowest of all", $"{times.Max():N2} ms");
        report.AtMost("the last against those around the hundredth", late / early, 2);
        long files = 0;
        using Grpc.Core.AsyncServerStreamingCall<Pachyderm.Protos.Pfs.FileInfo> listed = server.Pfs.ListFile(new ListFileRequest
        {
            File = new Pachyderm.Protos.Pfs.File { Commit = new Commit { Branch = branch }, Path = "/" },
        });
        while (await listed.ResponseStream.MoveNext(CancellationToken.None))
            files++;
        report.Count("files that the last commit shows", files, scale.Commits);
        report.Figure("most memory resident", $"{server.TakePeak() >> 20} MiB");
    }

    private async Task CommitAsync(Branch branch, int number)
    {
        Commit commit = await server.Pfs.StartCommitAsync(new StartCommitRequest { Branch = branch });
        using (Grpc.Core.AsyncClientStreamingCall<ModifyFileRequest, Google.Protobuf.WellKnownTypes.Empty> call = server.Pfs.ModifyFile())
        {
            await call.RequestStream.WriteAsync(new ModifyFileRequest { SetCommit = commit });
            await call.RequestStream.WriteAsync(new ModifyFileRequest
            {
                AddFile = new AddFile { Path = $"/{number:D6}", Raw = UnsafeByteOperations.UnsafeWrap(_content[number]) },
            });
            await call.RequestStream.CompleteAsync();
            await call;
        }

        await server.Pfs.FinishCommitAsync(new FinishCommitRequest { Commit = commit });
        await server.Pfs.InspectCommitAsync(new InspectCommitRequest { Commit = commit, Wait = CommitState.Finished });
    }
}
