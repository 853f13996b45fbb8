using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using Polly;
using Spouts.Hosting;
using Spouts.Pachyderm;
using Spouts.Publishing;
using Spouts.Scheduling;
using Spouts.Tests.Publishing;
using Spouts.Tests.Scheduling;

namespace Spouts.Tests.Adversary;

/// <summary>A user's resilience pipeline handles what the source's own code throws, and nothing else.</summary>
public sealed class ResiliencePipelineTests(PachdFixture pachd) : IClassFixture<PachdFixture>
{
    [Fact]
    public async Task An_acknowledgement_that_fails_ends_the_process_past_a_retry_pipeline()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        int acknowledgements = 0, retries = 0;
        using Running running = new(spout, new ImpatientTime(), Retrying(() => retries++), Source((run, ct) =>
        {
            run.Context.Done();
            return SourceFiles.From(
                [SpoutFile.Text("/a", "1").OnCommitted((_, _) => ++acknowledgements > 0 ? throw new IOException("the queue is gone") : ValueTask.CompletedTask)], ct);
        }));

        await Assert.ThrowsAsync<AcknowledgementFailedException>(() => running.RunAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30)));

        Assert.Equal((0, 5), (retries, acknowledgements));
        Assert.Equal("1", await spout.ReadAsync("/a"));
    }

    [Fact]
    public async Task A_mistake_in_the_configuration_ends_the_process_past_a_retry_pipeline()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        int retries = 0;
        using Running running = new(spout, new ImpatientTime(), Retrying(() => retries++), Source((_, _) =>
            throw new SpoutConfigurationException("configured wrong")));

        await Assert.ThrowsAsync<SpoutConfigurationException>(() => running.RunAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30)));

        Assert.Equal(0, retries);
    }

    [Fact]
    public async Task A_process_whose_pipeline_was_stopped_ends_past_a_retry_pipeline()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        using Process operating = new(pachd, spout);
        int retries = 0;
        using Running running = new(spout, new ImpatientTime(), Retrying(() => retries++), Source((_, ct) => Stopped(operating, ct)));

        SupersededException ended = await Assert.ThrowsAsync<SupersededException>(
            () => running.RunAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30)));

        Assert.Equal((ExitCodes.Replaced, 0), (ended.ExitCode, retries));
    }

    [Fact]
    public async Task What_Pachyderm_refuses_a_source_passes_a_retry_pipeline()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        int retries = 0;
        using Running running = new(spout, new ImpatientTime(), Retrying(() => retries++), Source((_, _) =>
            throw new PachydermException(PachydermErrorKind.PermissionDenied, "no")));

        await Assert.ThrowsAsync<PachydermException>(() => running.RunAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30)));

        Assert.Equal(0, retries);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_service_that_asks_to_come_back_later_is_left_alone_past_a_retry_pipeline(bool isOneOfSeveral)
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        int retries = 0, runs = 0;
        using Running running = new(spout, new ImpatientTime(), Retrying(() => retries++), Source((run, ct) =>
        {
            RetryLaterException later = new(TimeSpan.FromSeconds(8), "later");
            if (++runs == 1)
                throw isOneOfSeveral ? new AggregateException(new IOException("500"), later) : later;
            run.Context.Done();
            return SourceFiles.From([SpoutFile.Text("/a", "1")], ct);
        }));

        await running.RunAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal((0, 2), (retries, runs));
    }

    [Fact]
    public async Task What_a_source_throws_itself_is_retried_by_its_pipeline()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        int runs = 0, retries = 0;
        using Running running = new(spout, new ImpatientTime(), Retrying(() => retries++), Source((run, ct) =>
        {
            if (++runs < 3)
                throw new IOException("not yet");
            run.Context.Done();
            return SourceFiles.From([SpoutFile.Text("/a", "1")], ct);
        }));

        await running.RunAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal((2, 3), (retries, runs));
        Assert.Equal("1", await spout.ReadAsync("/a"));
    }

    [Fact]
    public async Task A_timeout_ends_the_reading_and_never_a_batch_that_is_being_published()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        List<string> told = [];
        CancellationTokenSource? timeout = null;
        HashSet<int> struck = [];
        using Running running = new(spout, new ImpatientTime(), CutBy(source => timeout = source), Source((run, ct) => Numbers(run.Cursor("at", CursorCodec.Int32), run.Context, told, n =>
        {
            // Strikes while batch n-1 is on its way.
            if (n is 4 or 9 && struck.Add(n))
                timeout!.Cancel();
        }, ct), new() { Files = 1 }));

        await running.RunAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60));

        Assert.Equal([4, 9], struck.Order());
        Assert.Equal(string.Concat(Enumerable.Range(1, 12).Select(static n => $"{n}\n")), await spout.ReadAsync("/log"));
        Assert.Equal(Enumerable.Range(1, 12).Select(static n => $"+{n}"), told.Where(static one => one[0] == '+'));
        Assert.Equal(told.Count(static one => one[0] == 'y'), told.Count(static one => one[0] != 'y'));
    }

    [Fact]
    public async Task A_source_that_returns_because_a_timeout_cut_it_is_not_done()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        CancellationTokenSource? timeout = null;
        int runs = 0;
        using Running running = new(spout, new ImpatientTime(), CutBy(source => timeout = source), Source((run, ct) =>
        {
            run.Context.Done();
            return Obedient("/imported", ++runs == 1 ? timeout : null, ct);
        }, new() { Files = 1 }));

        await running.RunAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal(["/imported/1", "/imported/2", "/imported/3"], (await spout.Arrived.ReadFilesAsync()).Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_due_time_whose_run_a_timeout_cut_is_due_again()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        CancellationTokenSource? timeout = null;
        List<DateTimeOffset> dues = [];
        TaskCompletionSource second = new(TaskCreationOptions.RunContinuationsAsynchronously);
        SourceRegistration source = new()
        {
            Name = "Fetch",
            Trigger = new ScheduleTrigger("* * * * * *", "UTC") { Missed = Missed.All },
            Batch = new() { Files = 1 },
            Retry = new() { Pipeline = "mine", Delay = TimeSpan.FromMilliseconds(10) },
            Run = (_, run, ct) =>
            {
                dues.Add(run.Due);
                if (dues.Distinct().Count() == 2)
                    second.TrySetResult();
                return Obedient($"/{run.Due:HHmmss}", dues.Count == 1 ? timeout : null, ct);
            },
        };
        using Running running = new(spout, TimeProvider.System, CutBy(cut => timeout = cut), source);

        await running.RunUntilAsync(second.Task);

        Assert.Equal(dues[0], dues[1]);
        string first = $"/{dues[0]:HHmmss}/";
        IReadOnlyDictionary<string, byte[]> files = await spout.Arrived.ReadFilesAsync();
        Assert.Equal([$"{first}1", $"{first}2", $"{first}3"], files.Keys.Where(path => path.StartsWith(first, StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_batch_that_was_never_attached_is_given_back_when_publishing_fails()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        using Process operating = new(pachd, spout);
        List<string> told = [];
        using Running running = new(spout, new ImpatientTime(), Source((_, ct) => Stopped(operating, ct, told), pipeline: null));

        await Assert.ThrowsAsync<SupersededException>(() => running.RunAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30)));

        Assert.Equal(["-/a"], told);
        Assert.Null(await spout.ReadAsync("/a"));
    }

    private static async IAsyncEnumerable<SpoutFile> Stopped(
        Process operating, [EnumeratorCancellation] CancellationToken cancellationToken, List<string>? told = null)
    {
        await operating.PpsApi.StopPipelineAsync(new() { Pipeline = operating.Pipeline }, cancellationToken: cancellationToken);
        yield return SpoutFile.Text("/a", "1").OnCommitted((file, _) => Tell($"+{file.Path}")).OnAbandoned((file, _) => Tell($"-{file.Path}"));

        ValueTask Tell(string what)
        {
            told?.Add(what);
            return ValueTask.CompletedTask;
        }
    }

    private static async IAsyncEnumerable<SpoutFile> Numbers(
        Cursor<int> at, SpoutContext context, List<string> told, Action<int> read, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (at.Value < 12)
        {
            int n = ++at.Value;
            read(n);
            cancellationToken.ThrowIfCancellationRequested();
            await Tell($"y{n}");
            yield return SpoutFile.Text("/log", $"{n}\n").Appended()
                .OnCommitted((_, _) => Tell($"+{n}")).OnAbandoned((_, _) => Tell($"-{n}"));
            await Task.Yield();
        }

        context.Done();

        ValueTask Tell(string what)
        {
            lock (told)
                told.Add(what);
            return ValueTask.CompletedTask;
        }
    }

    // Stops where it is told to, and says nothing of it.
    private static async IAsyncEnumerable<SpoutFile> Obedient(
        string folder, CancellationTokenSource? timeout, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (int n = 1; n <= 3 && !cancellationToken.IsCancellationRequested; n++)
        {
            yield return SpoutFile.Text($"{folder}/{n}", $"{n}");
            await Task.Yield();
            timeout?.Cancel();
        }
    }

    private static ServiceProvider CutBy(Action<CancellationTokenSource> began) =>
        Piped(pipeline => pipeline.AddStrategy(_ => new Cancelling(began), new CancellingOptions()));

    private static ServiceProvider Retrying(Action onRetry) => Piped(pipeline => pipeline.AddRetry(new()
    {
        MaxRetryAttempts = 3,
        Delay = TimeSpan.Zero,
        OnRetry = _ =>
        {
            onRetry();
            return default;
        },
    }));

    private static ServiceProvider Piped(Action<ResiliencePipelineBuilder> configure) =>
        new ServiceCollection().AddResiliencePipeline("mine", configure).BuildServiceProvider();

    private static SourceRegistration Source(
        Func<SourceRun, CancellationToken, IAsyncEnumerable<SpoutFile>> run, BatchLimits? batch = null, string? pipeline = "mine") => new()
    {
        Name = "Fetch",
        Trigger = new PollTrigger(TimeSpan.FromSeconds(1)),
        Batch = batch,
        Retry = new() { Pipeline = pipeline },
        Run = (_, sourceRun, cancellationToken) => run(sourceRun, cancellationToken),
    };

    private sealed class CancellingOptions : ResilienceStrategyOptions;

    // What a timeout does, at a moment that the test chooses.
    private sealed class Cancelling(Action<CancellationTokenSource> began) : ResilienceStrategy
    {
        protected override async ValueTask<Outcome<TResult>> ExecuteCore<TResult, TState>(
            Func<ResilienceContext, TState, ValueTask<Outcome<TResult>>> callback, ResilienceContext context, TState state)
        {
            using CancellationTokenSource source = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
            began(source);
            ResilienceContext inner = ResilienceContextPool.Shared.Get(source.Token);
            try
            {
                Outcome<TResult> outcome = await callback(inner, state);
                return outcome.Exception is OperationCanceledException && source.IsCancellationRequested
                    ? Outcome.FromException<TResult>(new Polly.Timeout.TimeoutRejectedException("it took too long", TimeSpan.FromSeconds(1)))
                    : outcome;
            }
            finally
            {
                ResilienceContextPool.Shared.Return(inner);
            }
        }
    }
}
