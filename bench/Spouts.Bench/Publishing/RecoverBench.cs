using System.Diagnostics;
using System.Text.Json.Nodes;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.Logging.Abstractions;
using Spouts.Batching;
using Spouts.Ledgers;
using Spouts.Pachyderm;
using Spouts.Publishing;
using Spouts.Testing;

namespace Spouts.Bench.Publishing;

/// <summary>
/// What it costs to find out what became of a batch whose FinishCommit never arrived, over histories of own and of foreign commits, and to
/// start where nothing but foreign commits is there.
/// </summary>
internal sealed class RecoverBench(IReadOnlyList<int> histories, Report report)
{
    private const int MaxCalls = 12;
    private const int MaxStreams = 1;

    private static readonly SourceKey Source = new("Fetch");

    public async Task RunAsync()
    {
        using LocalCluster cluster = await LocalCluster.StartAsync();
        report.Section("a recovery, and the void commit that it leaves");
        foreach (int history in histories)
        {
            await MeasureAsync(cluster, $"own-{history}", $"a lost FinishCommit over {history:N0} own commits", OwnAsync, history);
            await MeasureAsync(cluster, $"foreign-{history}", $"a lost FinishCommit over {history:N0} foreign commits", ForeignAsync, history);
            await StartAsync(cluster, history);
        }
    }

    private async Task MeasureAsync(LocalCluster cluster, string name, string what, Func<OutputRepo, int, Task> commit, int history)
    {
        using Spout spout = new(WorkerEnvironment.From((await cluster.CreateSpoutAsync(name)).GetValueOrDefault));
        for (int number = 1; number <= history; number++)
            await commit(spout.Repo, number);
        Position position = await spout.Publisher.PositionAsync(CancellationToken.None);
        SourceEntry entry = position.Ledger.Entry(Source);
        SpoutFile[] files = [SpoutFile.Text("/log", "line\n").Appended()];
        await using RunStager stager = new(spout.Repo, files.ToAsyncEnumerable(), TimeProvider.System, NullLogger.Instance, CancellationToken.None, CancellationToken.None)
        {
            Source = Source,
            Base = entry,
            Entry = _ => entry.With([new("at", JsonValue.Create(history + 1))]),
            Known = new([]),
            Unreadable = new(limit: null),
        };
        await using StagedBatch batch = (await stager.NextAsync())!;
        spout.Calls.LoseNextFinish();
        long begin = Stopwatch.GetTimestamp();
        if (await spout.Publisher.PublishAsync(batch, CancellationToken.None) is not PublishResult.Committed)
            throw new InvalidOperationException("The batch was dropped, though nobody else publishes.");
        Show(what, spout.Calls, Stopwatch.GetElapsedTime(begin));
    }

    private async Task StartAsync(LocalCluster cluster, int history)
    {
        using Spout spout = new(WorkerEnvironment.From((await cluster.CreateSpoutAsync($"new-{history}")).GetValueOrDefault));
        for (int number = 1; number <= history; number++)
            await ForeignAsync(spout.Repo, number);
        spout.Calls.Begin();
        long begin = Stopwatch.GetTimestamp();
        await spout.Publisher.PositionAsync(CancellationToken.None);
        Show($"a first start over {history:N0} foreign commits", spout.Calls, Stopwatch.GetElapsedTime(begin));
    }

    private void Show(string what, CountedCalls calls, TimeSpan time) => report.Limit(
        what, $"{calls.Unary} + {calls.Streams}, {time.TotalMilliseconds:N0} ms", $"<= {MaxCalls} + {MaxStreams}", calls.Unary <= MaxCalls && calls.Streams <= MaxStreams);

    // As a spout writes it, but for the file.
    private static Task OwnAsync(OutputRepo repo, int number)
    {
        string ledger = $$"""{"n":{{number}},"id":"{{number:x32}}","files":0,"bytes":0,"sources":{"{{Source.Name}}":{"cursor":{"at":{{number}} },"n":{{number}} } } }""";
        return CommitAsync(repo, $"spouts/1 void #{number} {ledger}");
    }

    private static Task ForeignAsync(OutputRepo repo, int number) => CommitAsync(repo, $"by hand, {number}");

    private static async Task CommitAsync(OutputRepo repo, string description)
    {
        string commit = await repo.StartAsync(description, CancellationToken.None);
        await repo.FinishAsync(commit, description, CancellationToken.None);
    }

    private sealed class Spout : IDisposable
    {
        private readonly PachydermChannel _channel;

        public Spout(WorkerEnvironment worker)
        {
            _channel = new(worker.Sidecar, worker.Token);
            Repo = new(_channel.Invoker.Intercept(Calls), worker.Project, worker.Pipeline, "master");
            Publisher = new(
                Repo, worker.SpecCommit, new(Repo, NullLoggerFactory.Instance), collisions: null, TimeProvider.System, NullLoggerFactory.Instance);
        }

        public CountedCalls Calls { get; } = new();

        public OutputRepo Repo { get; }

        public Publisher Publisher { get; }

        public void Dispose()
        {
            Publisher.Dispose();
            _channel.Dispose();
        }
    }

    /// <summary>Counts the calls since one was lost, or since it was told to begin.</summary>
    private sealed class CountedCalls : Interceptor
    {
        private bool _loses;

        public int Unary { get; private set; }

        public int Streams { get; private set; }

        public void Begin() => (Unary, Streams) = (0, 0);

        public void LoseNextFinish() => _loses = true;

        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
            TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
        {
            if (_loses && context.Method.Name == "FinishCommit")
            {
                _loses = false;
                Begin();
                RpcException broken = new(new Status(StatusCode.Unavailable, "the connection broke"));
                return new(Task.FromException<TResponse>(broken), Task.FromResult(new Metadata()), () => broken.Status, static () => [], static () => { });
            }

            Unary++;
            return continuation(request, context);
        }

        public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
            TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncServerStreamingCallContinuation<TRequest, TResponse> continuation)
        {
            Streams++;
            return continuation(request, context);
        }
    }
}
