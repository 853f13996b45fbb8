using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Spouts.Local.Children;
using Spouts.Pachyderm.Protos.Pps;
using Xunit;

namespace Spouts.Local.Tests;

/// <summary>What GetLogs answers about a command's output, and the files that keep it.</summary>
public sealed class WorkerLogTests : IDisposable
{
    private readonly WorkerSetup _setup = new();

    public void Dispose() => _setup.Dispose();

    [Fact]
    public async Task Lines_carry_what_a_real_worker_s_lines_carry()
    {
        await _setup.StartAsync();
        await _setup.CreateAsync("s", "echo out; echo err >&2; printf last");
        await _setup.FollowUntilAsync("s", "exit status 0", master: true);

        List<LogMessage> lines = [];
        await foreach (LogMessage line in _setup.LinesAsync(new GetLogsRequest { Pipeline = WorkerSetup.Named("s") }))
            lines.Add(line);

        Assert.Equal(["err", "last", "out"], lines.Select(line => line.Message).Order());
        Assert.All(lines, line =>
        {
            Assert.Equal(
                new LogMessage
                {
                    ProjectName = "default", PipelineName = "s", JobId = "spout", WorkerId = "default-s-v1-0", Master = true, User = true,
                    Message = line.Message, Ts = line.Ts,
                },
                line);
            Assert.InRange(line.Ts.ToDateTimeOffset(), DateTimeOffset.UtcNow.AddMinutes(-1), DateTimeOffset.UtcNow);
        });
        List<string> all = await _setup.LogAsync(new GetLogsRequest { Pipeline = WorkerSetup.Named("s"), Master = true });
        Assert.StartsWith("running /", all[0], StringComparison.Ordinal);
        Assert.Equal(5, all.Count);
    }

    [Fact]
    public async Task Logs_are_asked_for_by_tail_and_since_and_end_where_the_worker_does()
    {
        await _setup.StartAsync();
        await _setup.CreateAsync("s", "for i in 1 2 3 4 5; do echo $i; done; sleep 1000");
        await _setup.FollowUntilAsync("s", "5");
        GetLogsRequest request = new() { Pipeline = WorkerSetup.Named("s") };

        Assert.Equal(["1", "2", "3", "4", "5"], await _setup.LogAsync(request));
        Assert.Equal(["4", "5"], await _setup.LogAsync(new GetLogsRequest(request) { Tail = 2 }));
        Assert.Equal(["1", "2", "3", "4", "5"], await _setup.LogAsync(new GetLogsRequest(request) { Tail = 100, Since = Duration.FromTimeSpan(TimeSpan.FromHours(1)) }));
        Assert.Empty(await _setup.LogAsync(new GetLogsRequest(request) { Since = new Duration { Nanos = 1000 } }));
        Assert.Empty(await _setup.LogAsync(new GetLogsRequest(request) { DataFilters = { "/in/file" } }));

        await using IAsyncEnumerator<LogMessage> followed = _setup.LinesAsync(new GetLogsRequest(request) { Tail = 1, Follow = true }).GetAsyncEnumerator();
        Assert.True(await followed.MoveNextAsync());
        Assert.Equal("5", followed.Current.Message);
        ValueTask<bool> next = followed.MoveNextAsync();
        Assert.False(next.IsCompleted);
        await _setup.Pps.StopPipelineAsync(new StopPipelineRequest { Pipeline = WorkerSetup.Named("s") });
        Assert.False(await next.AsTask().WaitAsync(WorkerSetup.Patience));

        RpcException none = await Assert.ThrowsAsync<RpcException>(() => _setup.LogAsync(request));
        Assert.Equal("no pods belonging to the rc \"default-s-v1\" were found", none.Status.Detail);
    }

    [Fact]
    public async Task A_line_without_an_end_is_cut()
    {
        await _setup.StartAsync();
        await _setup.CreateAsync("s", "head -c 65536 /dev/zero | tr '\\0' x; echo; echo end; sleep 1000");
        List<LogMessage> lines = await _setup.FollowUntilAsync("s", "end");
        Assert.Equal([32768, 32768, 3], lines.Select(line => line.Message.Length));
    }

    [Fact]
    public async Task Lines_of_earlier_pods_are_not_shown()
    {
        await _setup.StartAsync();
        await _setup.CreateAsync("s", "echo version $PPS_POD_NAME; sleep 1000");
        await _setup.FollowUntilAsync("s", "version");
        await _setup.CreateAsync("s", "echo version $PPS_POD_NAME; sleep 1000", update: true);
        await _setup.FollowUntilAsync("s", "version default-s-v2");
        Assert.Equal(["version default-s-v2-0"], await _setup.LogAsync(new GetLogsRequest { Pipeline = WorkerSetup.Named("s") }));
    }

    [Fact]
    public async Task A_log_keeps_its_last_files_and_a_follower_misses_nothing_at_the_change()
    {
        string directory = Path.Combine(_setup.State, "log");
        using WorkerLog log = new(directory, fileSize: 100);
        await using IAsyncEnumerator<string> followed = log.ReadAsync(follow: true, tail: 0, CancellationToken.None).GetAsyncEnumerator();
        for (int line = 0; line < 100; line++)
        {
            log.Write($"line {line:00}, which fills a third of a file");
            Assert.True(await followed.MoveNextAsync());
            Assert.Equal($"\"line {line:00}, which fills a third of a file\"", followed.Current);
        }

        Assert.Equal(2, Directory.GetFiles(directory).Length);
        List<string> kept = await log.ReadAsync(follow: false, tail: 0, CancellationToken.None).ToListAsync();
        Assert.InRange(kept.Count, 3, 6);
        Assert.Equal(kept[^2..], await log.ReadAsync(follow: false, tail: 2, CancellationToken.None).ToListAsync());
    }

    [Fact]
    public async Task A_line_that_a_killed_process_left_half_written_is_neither_continued_nor_shown()
    {
        string directory = Path.Combine(_setup.State, "log");
        using (WorkerLog log = new(directory, fileSize: 1000))
            log.Write("one");
        await File.AppendAllTextAsync(Path.Combine(directory, "0.log"), "\"tw");
        using WorkerLog next = new(directory, fileSize: 1000);
        next.Write("three");
        Assert.Equal(["\"one\"", "\"three\""], await next.ReadAsync(follow: false, tail: 0, CancellationToken.None).ToListAsync());
    }
}
