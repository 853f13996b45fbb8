using System.Globalization;
using System.Runtime.CompilerServices;
using Spouts.Hosting;
using Spouts.Scheduling;
using Spouts.Tests.Publishing;

namespace Spouts.Tests.Scheduling;

/// <summary>A source that fails half-way through a backlog comes to its end, and asks for each item only a few times.</summary>
public sealed class BacklogTests(PachdFixture pachd) : IClassFixture<PachdFixture>
{
    private const int Backlog = 40;

    [Theory]
    [InlineData(true, 1, 0)]
    [InlineData(true, 1, 0.35)]
    [InlineData(true, 7, 0.35)]
    [InlineData(false, 2, 0)]
    [InlineData(false, 2, 0.35)]
    [InlineData(false, 7, 0.35)]
    public async Task A_backlog_that_is_longer_than_a_rate_limit_is_read(bool carries, int limit, double failures)
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        Service service = new(limit, failures);
        TaskCompletionSource done = new();
        using Running running = new(spout, new ImpatientTime(), new SourceRegistration
        {
            Name = "Fetch",
            Trigger = new PollTrigger(TimeSpan.FromSeconds(1)),
            Batch = new() { Files = 50 },
            Run = (_, run, ct) => ReadAsync(service, run.Cursor("next", CursorCodec.Int32), carries, done, ct),
        });

        await running.RunUntilAsync(done.Task);

        Assert.Equal(string.Concat(Enumerable.Range(0, Backlog).Select(Line)), await spout.ReadAsync("/log"));
        Assert.InRange(service.Requests, Backlog, 25 * Backlog);
    }

    [Fact]
    public async Task A_run_that_fails_is_kept_up_to_its_last_file_where_that_carries_the_cursor()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        using Running running = new(spout, new SourceRegistration
        {
            Name = "Fetch",
            Trigger = new PollTrigger(TimeSpan.FromSeconds(1)),
            Batch = new() { Files = 50 },
            Run = static (_, run, ct) => ReadAsync(new(limit: 3, failures: 0), run.Cursor("next", CursorCodec.Int32), carries: true, new(), ct),
        });

        await Assert.ThrowsAsync<SourceFailedException>(running.OnceAsync);

        Assert.Equal("0\n1\n2\n", await spout.ReadAsync("/log"));
        Assert.Contains("\"cursor\":{\"next\":3}", (await spout.Arrived.ReadCommitsAsync())[0].Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_whose_content_breaks_off_spoils_nothing_that_a_queue_has_delivered_before()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        byte[] large = new byte[3 << 20];
        Random.Shared.NextBytes(large);
        using Running running = new(spout, new SourceRegistration
        {
            Name = "Fetch",
            Trigger = new StreamTrigger(),
            Run = (_, _, ct) => SourceFiles.From(
            [
                SpoutFile.Text("/small", "1").WithItem("1"),
                SpoutFile.Streamed("/large", _ => ValueTask.FromResult<Stream>(new MemoryStream(large))).WithItem("2"),
                SpoutFile.Text("/large", "behind").Appended().WithItem("3"),
                SpoutFile.Streamed("/broken", _ => ValueTask.FromResult<Stream>(new Broken(large))).WithItem("4"),
            ], ct),
        });

        await Assert.ThrowsAsync<SourceFailedException>(running.OnceAsync);

        IReadOnlyDictionary<string, byte[]> files = await spout.Arrived.ReadFilesAsync();
        Assert.Equal(["/large", "/small"], files.Keys.Order(StringComparer.Ordinal));
        Assert.Equal([.. large, .. "behind"u8], files["/large"]);
    }

    private static string Line(int item) => string.Create(CultureInfo.InvariantCulture, $"{item}\n");

    private static async IAsyncEnumerable<SpoutFile> ReadAsync(
        Service service, Cursor<int> next, bool carries, TaskCompletionSource done, [EnumeratorCancellation] CancellationToken cancellation)
    {
        service.BeginWindow();
        for (int item = next.Value; item < Backlog; item++)
        {
            cancellation.ThrowIfCancellationRequested();
            service.Ask();
            if (!carries)
                next.Value = item + 1;
            SpoutFile file = SpoutFile.Text("/log", Line(item)).Appended();
            yield return carries ? file.WithCursor(next, item + 1) : file;
            await Task.Yield();
        }

        if (next.Value == Backlog && service.IsBehindEnd())
            done.TrySetResult();
    }

    // Answers so many requests in each window, of which some fail by chance.
    private sealed class Service(int limit, double failures)
    {
        private readonly Random _random = new(1);
        private int _left;
        private int _ends;

        public int Requests { get; private set; }

        public void BeginWindow() => _left = limit;

        public void Ask()
        {
            Requests++;
            if (_left-- == 0 || _random.NextDouble() < failures)
                throw new HttpRequestException("429 Too Many Requests");
        }

        // What the run before has brought is durable once the next one comes to the end as well.
        public bool IsBehindEnd() => ++_ends > 1;
    }

    // Breaks off behind its first 2 MiB.
    private sealed class Broken(byte[] content) : MemoryStream(content, 0, 2 << 20)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            await base.ReadAsync(buffer, cancellationToken) is > 0 and int read ? read : throw new IOException("the connection broke");
    }
}
