using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using Polly;
using Spouts.Hosting;
using Spouts.Ledgers;
using Spouts.Scheduling;
using Spouts.Tests.Publishing;

namespace Spouts.Tests.Scheduling;

/// <summary>What becomes of a source that throws or hangs.</summary>
public sealed class RetryTests(PachdFixture pachd) : IClassFixture<PachdFixture>
{
    [Fact]
    public async Task A_source_that_failed_too_often_in_a_row_ends_the_process_with_its_reason()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        int runs = 0;
        using Running running = new(spout, new ImpatientTime(), Source(new() { Attempts = 3 }, (_, ct) =>
            ++runs is 1 or 2 or 4 or 5 or 6 ? throw new InvalidOperationException($"failure {runs}") : SourceFiles.From([], ct)));

        SourceFailedException failed = await Assert.ThrowsAsync<SourceFailedException>(
            () => running.RunAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60)));

        // The third run went well, so its failures before it count no more.
        Assert.Equal(6, runs);
        Assert.Contains("failure 6", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Failures_between_commits_are_not_in_a_row()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        using Running running = new(spout, new SourceRegistration
        {
            Name = "Fetch",
            Trigger = new StreamTrigger(),
            Batch = new() { Files = 1 },
            Retry = new() { Attempts = 2, Delay = TimeSpan.FromMilliseconds(1) },
            Run = static (_, run, _) => OneAndFail(run.Cursor("last", CursorCodec.Int32), run.Context),
        });

        await running.RunAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60));

        Assert.Equal(5, (await spout.Arrived.ReadFilesAsync()).Count);
    }

    [Theory]
    [InlineData("120")]
    [InlineData("date")]
    public async Task A_service_that_asks_to_come_back_later_is_left_alone_for_so_long(string retryAfter)
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        ImpatientTime time = new();
        string header = retryAfter == "date" ? time.GetUtcNow().AddSeconds(121).ToString("R", System.Globalization.CultureInfo.InvariantCulture) : retryAfter;
        using HttpListener server = Listen(out string address);
        Task answering = AnswerAsync(server, header);
        using HttpClient http = new(new RetryLaterHandler(time) { InnerHandler = new SocketsHttpHandler() });
        using Running running = new(spout, time, Source(new() { Attempts = 2 }, (_, ct) => SourceFiles.From(GetAsync(http, address, ct))));

        SourceFailedException failed = await Assert.ThrowsAsync<SourceFailedException>(
            () => running.RunAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60)));
        server.Stop();
        await answering;

        Assert.Equal(HttpStatusCode.TooManyRequests, Assert.IsType<RetryLaterException>(failed.InnerException).StatusCode);
        Assert.InRange(time.Waits.Max(), TimeSpan.FromSeconds(110), TimeSpan.FromSeconds(121));
    }

    [Theory]
    [InlineData(3600, null, 3600)]
    [InlineData(400 * 86400, null, 86400)]
    [InlineData(null, null, 86400)]
    [InlineData(7200, 3600, 3600)]
    [InlineData(null, 48 * 3600, 48 * 3600)]
    public async Task A_source_waits_as_long_as_it_was_asked_to_and_no_longer_than_it_may(int? asked, int? max, int waited)
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        ImpatientTime time = new();
        RetryPolicy retry = new() { Attempts = 2 };
        RetryLaterException later = new(asked is { } seconds ? TimeSpan.FromSeconds(seconds) : TimeSpan.MaxValue, "later");
        using Running running = new(spout, time, Source(
            max is { } most ? retry with { MaxRetryAfter = TimeSpan.FromSeconds(most) } : retry,
            (_, _) => throw new InvalidOperationException("as the cause of another", later)));

        await Assert.ThrowsAsync<SourceFailedException>(() => running.RunAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60)));

        Assert.Equal(TimeSpan.FromSeconds(waited), time.Waits.Max());
    }

    [Fact]
    public async Task A_short_wait_that_is_asked_for_is_never_less_than_the_ordinary_one()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        ImpatientTime time = new();
        using Running running = new(spout, time, Source(
            new() { Attempts = 2, Delay = TimeSpan.FromMinutes(2), LongestDelay = TimeSpan.FromMinutes(2) },
            static (_, _) => throw new RetryLaterException(TimeSpan.FromSeconds(1), "soon")));

        await Assert.ThrowsAsync<SourceFailedException>(() => running.RunAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60)));

        Assert.Single(time.Waits, static wait => wait >= TimeSpan.FromMinutes(1) && wait <= TimeSpan.FromMinutes(2));
    }

    [Fact]
    public async Task A_wait_of_minutes_stands_in_the_ledger_until_the_source_runs_again()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        using Running asked = new(spout, new ImpatientTime(), Source(
            new() { Attempts = 2 }, static (_, _) => throw new RetryLaterException(TimeSpan.FromHours(2), "later")));
        await Assert.ThrowsAsync<SourceFailedException>(() => asked.RunAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60)));
        Assert.InRange((await EntryAsync(spout)).Wait!.Value - DateTimeOffset.UtcNow, TimeSpan.FromMinutes(100), TimeSpan.FromHours(2));

        using Running next = new(spout, Source(new(), static (_, ct) => SourceFiles.From([], ct)));
        await next.OnceAsync();

        Assert.Null((await EntryAsync(spout)).Wait);
    }

    [Fact]
    public async Task A_resilience_pipeline_sees_what_the_source_throws_and_its_end_is_one_failure()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        int runs = 0;
        IServiceProvider services = new ServiceCollection().AddResiliencePipeline("calm", static pipeline => pipeline.AddRetry(new()
        {
            ShouldHandle = new PredicateBuilder().Handle<IOException>(),
            MaxRetryAttempts = 2,
            Delay = TimeSpan.Zero,
        })).BuildServiceProvider();
        using Running running = new(spout, new ImpatientTime(), services, Source(
            new() { Attempts = 2, Pipeline = "calm" }, (_, _) => throw new IOException($"failure {++runs}")));

        SourceFailedException failed = await Assert.ThrowsAsync<SourceFailedException>(
            () => running.RunAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60)));

        Assert.Equal(6, runs);
        Assert.Equal("failure 6", failed.InnerException!.Message);
    }

    [Fact]
    public async Task A_resilience_pipeline_that_nobody_has_registered_is_named()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();

        SpoutConfigurationException refused = Assert.Throws<SpoutConfigurationException>(
            () => new Running(spout, Source(new() { Pipeline = "calm" }, static (_, ct) => SourceFiles.From([], ct))));

        Assert.Contains("'calm'", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_delay_doubles_up_to_the_longest()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        ImpatientTime time = new();
        RetryPolicy retry = new() { Attempts = 7, Delay = TimeSpan.FromMinutes(1), LongestDelay = TimeSpan.FromMinutes(5) };
        using Running running = new(spout, time, Source(retry, (_, _) => throw new InvalidOperationException("never")));

        await Assert.ThrowsAsync<SourceFailedException>(() => running.RunAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60)));

        TimeSpan[] waits = [.. time.Waits.Where(static wait => wait >= TimeSpan.FromSeconds(30))];
        Assert.Equal(6, waits.Length);
        Assert.All(waits.Zip([1, 2, 4, 5, 5, 5]), static pair => Assert.InRange(pair.First.TotalMinutes, pair.Second / 2.0, pair.Second));
    }

    [Fact]
    public async Task A_source_that_yields_nothing_for_too_long_is_cancelled_and_runs_again()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        int runs = 0;
        TaskCompletionSource cancelled = new(), again = new();
        using Running running = new(spout, Source(
            new() { Timeout = TimeSpan.FromMilliseconds(200) },
            (_, ct) => ++runs == 1 ? Hanging(cancelled, ct) : SourceFiles.From([Tells(again)], ct)));

        await running.RunUntilAsync(again.Task);

        await cancelled.Task;
        Assert.Equal(["/done"], (await spout.Arrived.ReadFilesAsync()).Keys);
    }

    [Fact]
    public async Task A_source_that_takes_its_time_between_many_files_is_left_alone()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        using Running running = new(spout, Source(new() { Timeout = TimeSpan.FromMinutes(1) }, (_, ct) => SourceFiles.From(
            [.. Enumerable.Range(0, 100).Select(static i => SpoutFile.Text($"/{i}", ""))], ct)));

        await running.OnceAsync();

        Assert.Equal(100, (await spout.Arrived.ReadFilesAsync()).Count);
    }

    [Fact]
    public async Task A_source_that_goes_on_after_its_run_was_cancelled_ends_the_process()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        TaskCompletionSource never = new();
        using Running running = new(spout, new ImpatientTime(), Source(
            new() { Timeout = TimeSpan.FromMinutes(5) }, (_, _) => Deaf(never.Task)));

        StuckSourceException stuck = await Assert.ThrowsAsync<StuckSourceException>(
            () => running.RunAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60)));

        Assert.Contains("CancellationToken", stuck.Message, StringComparison.Ordinal);
        never.SetResult();
    }

    private static SourceRegistration Source(RetryPolicy retry, Func<SourceRun, CancellationToken, IAsyncEnumerable<SpoutFile>> run) => new()
    {
        Name = "Fetch",
        Trigger = new PollTrigger(TimeSpan.FromSeconds(1)),
        Retry = retry,
        Run = (_, sourceRun, cancellation) => run(sourceRun, cancellation),
    };

    private static SpoutFile Tells(TaskCompletionSource committed) => SpoutFile.Text("/done", "").OnCommitted((_, _) =>
    {
        committed.TrySetResult();
        return ValueTask.CompletedTask;
    });

    private static async IAsyncEnumerable<SpoutFile> Hanging(
        TaskCompletionSource cancelled, [EnumeratorCancellation] CancellationToken cancellation)
    {
        yield return SpoutFile.Text("/never", "");
        using CancellationTokenRegistration registration = cancellation.Register(cancelled.SetResult);
        await Task.Delay(Timeout.Infinite, cancellation);
    }

    // Each run brings one file and fails, until all are there.
    private static async IAsyncEnumerable<SpoutFile> OneAndFail(Cursor<int> last, SpoutContext context)
    {
        if (last.Value == 5)
        {
            context.Done();
            yield break;
        }

        last.Value++;
        yield return SpoutFile.Text($"/{last.Value}", "");
        await Task.Yield();
        throw new InvalidOperationException("the queue is on fire");
    }

    private static async Task<SourceEntry> EntryAsync(TestSpout spout)
    {
        using TestSpout successor = spout.Successor();
        return (await successor.Publisher.PositionAsync(CancellationToken.None)).Ledger.Entry(TestSpout.Source);
    }

    private static async IAsyncEnumerable<SpoutFile> Deaf(Task never)
    {
        await never;
        yield break;
    }

    private static HttpListener Listen(out string address)
    {
        using Socket free = new(SocketType.Stream, ProtocolType.Tcp);
        free.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        address = $"http://localhost:{((IPEndPoint)free.LocalEndPoint!).Port}/";
        free.Close();
        HttpListener server = new() { Prefixes = { address } };
        server.Start();
        return server;
    }

    private static async Task AnswerAsync(HttpListener server, string retryAfter)
    {
        while (server.IsListening)
        {
            try
            {
                HttpListenerContext call = await server.GetContextAsync();
                call.Response.StatusCode = 429;
                call.Response.AddHeader("Retry-After", retryAfter);
                call.Response.Close();
            }
            catch (Exception stopped) when (stopped is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private static async Task<SpoutFile?> GetAsync(HttpClient http, string address, CancellationToken cancellation) =>
        SpoutFile.Text("/a", await http.GetStringAsync(new Uri(address), cancellation));
}
