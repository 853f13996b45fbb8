using System.Diagnostics;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.Logging.Abstractions;
using Spouts.Batching;
using Spouts.Ledgers;
using Spouts.Pachyderm;
using Spouts.Pachyderm.Protos.Pfs;
using Spouts.Publishing;
using Spouts.Testing;

namespace Spouts.Bench.Publishing;

/// <summary>What a commit of a small file costs, against the calls of the recipe alone, on a local pachd, in turns.</summary>
internal sealed class CommitBench(int commits, Report report)
{
    public async Task RunAsync()
    {
        using LocalCluster cluster = await LocalCluster.StartAsync();
        using Spout ours = new(WorkerEnvironment.From((await cluster.CreateSpoutAsync("ours")).GetValueOrDefault));
        using Bare bare = new(WorkerEnvironment.From((await cluster.CreateSpoutAsync("bare")).GetValueOrDefault));
        List<double> mine = [], theirs = [], ratios = [];
        for (int i = -10; i < commits; i++)
        {
            // Whichever comes first pays for what the other has left behind.
            (double first, double second) = i % 2 == 0
                ? (await TimeAsync(() => ours.CommitAsync(i)), await TimeAsync(() => bare.CommitAsync(i)))
                : Swap(await TimeAsync(() => bare.CommitAsync(i)), await TimeAsync(() => ours.CommitAsync(i)));
            if (i < 0)
                continue;
            mine.Add(first);
            theirs.Add(second);
            ratios.Add(first / second);
        }

        report.Section($"{commits} commits of a file of 1 KiB, one after the other");
        report.Figure("the calls of the recipe, a spout", $"{Median.Of(theirs):N2}, {Median.Of(mine):N2} ms");
        report.AtMost("   against the calls", Median.Of(ratios), 1.2);
    }

    private static (double, double) Swap(double one, double other) => (other, one);

    private static async Task<double> TimeAsync(Func<Task> run)
    {
        long begin = Stopwatch.GetTimestamp();
        await run();
        return Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
    }

    private static byte[] ContentOf(int number)
    {
        byte[] content = new byte[1024];
        BitConverter.TryWriteBytes(content, number);
        return content;
    }

    /// <summary>A spout from the file to its confirmed commit.</summary>
    private sealed class Spout : IDisposable
    {
        private static readonly SourceKey Source = new("Fetch");

        private readonly PachydermChannel _channel;
        private readonly OutputRepo _repo;
        private readonly Publisher _publisher;

        public Spout(WorkerEnvironment worker)
        {
            _channel = new(worker.Sidecar, worker.Token);
            _repo = new(_channel.Invoker, worker.Project, worker.Pipeline, "master");
            _publisher = new(
                _repo, worker.SpecCommit, new(_repo, NullLoggerFactory.Instance), collisions: null, TimeProvider.System, NullLoggerFactory.Instance);
        }

        public async Task CommitAsync(int number)
        {
            SourceEntry entry = (await _publisher.PositionAsync(CancellationToken.None)).Ledger.Entry(Source);
            IAsyncEnumerable<SpoutFile> files = new[] { SpoutFile.Bytes($"/{number}", ContentOf(number)) }.ToAsyncEnumerable();
            await using RunStager stager = new(_repo, files, TimeProvider.System, NullLogger.Instance, CancellationToken.None, CancellationToken.None)
            {
                Source = Source,
                Base = entry,
                Entry = _ => entry.With([new("at", JsonValue.Create(number))]),
                Known = new([]),
                Unreadable = new(limit: null),
            };
            await using StagedBatch batch = (await stager.NextAsync())!;
            if (await _publisher.PublishAsync(batch, CancellationToken.None) is not PublishResult.Committed)
                throw new InvalidOperationException("A batch was dropped, though nobody else publishes.");
        }

        public void Dispose()
        {
            _publisher.Dispose();
            _channel.Dispose();
        }
    }

    /// <summary>The six calls of the recipe, and nothing else.</summary>
    private sealed class Bare : IDisposable
    {
        private readonly PachydermChannel _channel;
        private readonly API.APIClient _pfs;
        private readonly Branch _branch;

        public Bare(WorkerEnvironment worker)
        {
            _channel = new(worker.Sidecar, worker.Token);
            _pfs = new(_channel.Invoker);
            _branch = new()
            {
                Repo = new() { Project = new() { Name = worker.Project }, Name = worker.Pipeline, Type = "user" },
                Name = "master",
            };
        }

        public async Task CommitAsync(int number)
        {
            using AsyncClientStreamingCall<ModifyFileRequest, CreateFileSetResponse> stage = _pfs.CreateFileSet();
            await stage.RequestStream.WriteAsync(new() { DeleteFile = new() { Path = $"/{number}" } });
            await stage.RequestStream.WriteAsync(new() { AddFile = new() { Path = $"/{number}", Raw = ByteString.CopyFrom(ContentOf(number)) } });
            await stage.RequestStream.CompleteAsync();
            string fileSet = (await stage).FileSetId;
            Commit commit = new() { Repo = _branch.Repo, Id = (await _pfs.StartCommitAsync(new() { Branch = _branch })).Id };
            await _pfs.InspectCommitAsync(new() { Commit = commit });
            await _pfs.AddFileSetAsync(new() { Commit = commit, FileSetId = fileSet });
            await _pfs.FinishCommitAsync(new() { Commit = commit, Description = $"{number}" });
            await _pfs.InspectCommitAsync(new() { Commit = commit, Wait = CommitState.Finished });
        }

        public void Dispose() => _channel.Dispose();
    }
}
