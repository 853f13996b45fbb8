using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Spouts.Hosting;
using Spouts.Scheduling;
using Spouts.Tests.Publishing;
using Spouts.Tests.Scheduling;

namespace Spouts.Tests.Adversary;

/// <summary>What an item's id stands for: one item, one path, one content.</summary>
public sealed class ItemIdTests(PachdFixture pachd) : IClassFixture<PachdFixture>
{
    [Theory]
    [InlineData("/a.json", "{}", "/a.txt", "{}")]
    [InlineData("/a.json", "{}", "/a.json", "[]")]
    public async Task Two_files_with_one_id_are_refused_with_the_cure(string first, string content, string second, string other)
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        using Process process = new(pachd, spout);
        List<string> told = [];
        using Running running = new(spout, Poll(() => [Told(SpoutFile.Text(first, content), "m1", told), Told(SpoutFile.Text(second, other), "m1", told)]));

        SourceFailedException failed = await Assert.ThrowsAsync<SourceFailedException>(running.OnceAsync);

        ArgumentException refused = Assert.IsType<ArgumentException>(failed.InnerException);
        Assert.Contains("m1/2", refused.Message, StringComparison.Ordinal);
        Assert.Equal([$"abandoned {first}", $"abandoned {second}"], told);
        Assert.Equal("cursor 0 #0; files: ", await process.DescribeAsync());
    }

    [Fact]
    public async Task Files_of_one_item_with_an_id_each_are_all_written()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        using Process process = new(pachd, spout);
        List<string> told = [];
        using Running running = new(spout, Poll(() => [Told(SpoutFile.Text("/a.json", "{}"), "m1", told), Told(SpoutFile.Text("/a.txt", "x"), "m1/2", told)]));

        await running.OnceAsync();

        Assert.Equal(["m1", "m1/2"], told);
        Assert.Equal("cursor 0 #1; files: /a.json={} /a.txt=x", await process.DescribeAsync());
    }

    [Fact]
    public async Task An_item_that_an_idle_connection_lost_is_acknowledged_on_the_next_one_within_one_period()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        using Process process = new(pachd, spout);
        FakeTimeProvider time = new();
        List<string> told = [];
        TaskCompletionSource acknowledged = new();
        using Running running = new(spout, time, new SourceRegistration
        {
            Name = "Fetch",
            Trigger = new StreamTrigger(),
            Batch = new() { Period = TimeSpan.FromSeconds(8) },
            Run = (_, _, ct) => Reconnecting(ct),
        });

        Task run = running.RunUntilAsync(acknowledged.Task);
        await Passing.UntilAsync(run, time, TimeSpan.FromSeconds(1));

        Assert.Equal(["x on 1", "a on 2"], told);
        Assert.Equal("cursor 0 #1; files: /log=a|x|", await process.DescribeAsync());

        async IAsyncEnumerable<SpoutFile> Reconnecting([EnumeratorCancellation] CancellationToken cancellation)
        {
            int connection = 1;
            yield return Item("a", 1);
            yield return Item("x", 1, survives: true);
            time.Advance(TimeSpan.FromSeconds(5));
            connection = 2;
            yield return Item("a", 2);
            await Task.Delay(Timeout.Infinite, cancellation);

            SpoutFile Item(string id, int on, bool survives = false) =>
                SpoutFile.Text("/log", $"{id}\n").Appended().WithItem(id).OnCommitted((_, _) =>
                {
                    if (on != connection && !survives)
                        throw new IOException($"connection {on} is closed");
                    told.Add($"{id} on {on}");
                    if (on == 2)
                        acknowledged.SetResult();
                    return ValueTask.CompletedTask;
                });
        }
    }

    [Fact]
    public async Task A_known_id_with_other_content_goes_to_the_dead_letters_once()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        using Process process = new(pachd, spout);
        List<string> told = [];
        string content = "1";
        using Running running = new(spout, Poll(() => [Told(SpoutFile.Text("/m", content), "m1", told)]));
        await running.OnceAsync();

        content = "2";
        await running.OnceAsync();
        string[] files = await FilesAsync(spout);
        await running.OnceAsync();
        using Running successor = new(spout, Poll(() => [Told(SpoutFile.Text("/m", content), "m1", told)]));
        await successor.OnceAsync();

        Assert.Equal(["/dead-letters/Fetch/m=2", "/dead-letters/Fetch/m.error.json", "/m=1"], files);
        Assert.Equal(["m1", "m1", "m1", "m1"], told);
        Assert.StartsWith("cursor 0 #2;", await process.DescribeAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(3 << 20)]
    public async Task A_streamed_item_that_comes_again_is_known_by_what_was_uploaded(int bytes)
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        using Process process = new(pachd, spout);
        byte[] content = new byte[bytes];
        List<string> told = [];
        Func<SpoutFile>[] forms =
        [
            () => SpoutFile.Bytes("/m", content),
            () => SpoutFile.Streamed("/m", _ => ValueTask.FromResult<Stream>(new MemoryStream(content))),
            () => SpoutFile.Written("/m", async (stream, ct) => await stream.WriteAsync(content, ct)),
        ];
        foreach (Func<SpoutFile> form in (Func<SpoutFile>[])[.. forms, .. forms])
        {
            using Running running = new(spout, Poll(() => [Told(form(), "m1", told)]));
            await running.OnceAsync();
        }

        Assert.Equal(6, told.Count);
        Assert.Equal(["/m"], (await spout.Arrived.ReadFilesAsync()).Keys);
        Assert.StartsWith("cursor 0 #1;", await process.DescribeAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a stream")]
    [InlineData("a pipe")]
    public async Task Other_content_under_a_known_id_goes_to_the_dead_letters_whole_where_it_can_be_read_only_once(string form)
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        List<string> told = [];
        string content = "1";
        using Running running = new(spout, Poll(() =>
        {
            MemoryStream body = new(Encoding.UTF8.GetBytes(content));
            return [Told(form == "a pipe" ? SpoutFile.Piped("/m", PipeReader.Create(body)) : Once("/m", body), "m1", told)];
        }));
        await running.OnceAsync();

        content = "2";
        await running.OnceAsync();

        Assert.Equal(["/dead-letters/Fetch/m=2", "/dead-letters/Fetch/m.error.json", "/m=1"], await FilesAsync(spout));
        Assert.Equal(["m1", "m1"], told);
    }

    [Fact]
    public async Task A_known_item_whose_content_is_gone_is_acknowledged()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        using Process process = new(pachd, spout);
        List<string> told = [];
        bool isGone = false;
        using Running running = new(spout, Poll(() => [Told(SpoutFile.Written("/m", async (content, ct) =>
        {
            if (isGone)
                throw new IOException("the message was deleted");
            await content.WriteAsync("1"u8.ToArray(), ct);
        }), "m1", told)]));
        await running.OnceAsync();

        isGone = true;
        await running.OnceAsync();

        Assert.Equal(["m1", "m1"], told);
        Assert.Equal("cursor 0 #1; files: /m=1", await process.DescribeAsync());
    }

    [Fact]
    public async Task A_large_item_whose_stream_begins_behind_a_header_is_known_when_it_comes_again()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        using Process process = new(pachd, spout);
        byte[] message = new byte[3 << 20];
        List<string> told = [];
        using Running running = new(spout, Poll(() =>
            [Told(SpoutFile.Streamed("/m", _ => ValueTask.FromResult<Stream>(new MemoryStream(message) { Position = 100 })), "m1", told)]));
        await running.OnceAsync();

        await running.OnceAsync();

        Assert.Equal(["m1", "m1"], told);
        Assert.Equal(message.Length - 100, Assert.Single(await spout.Arrived.ReadFilesAsync()).Value.Length);
        Assert.StartsWith("cursor 0 #1;", await process.DescribeAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2 1", "2 1")]
    [InlineData("2 1 1", "2 1 1")]
    [InlineData("2 2 1", "2 1")]
    [InlineData("2 1 2", "1 2")]
    public async Task Deliveries_of_one_id_with_two_contents_in_one_batch_are_acknowledged_for_each_content(string deliveries, string acknowledged)
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        List<string> told = [];
        using Running publishing = new(spout, Poll(() => [SpoutFile.Text("/m", "1").WithItem("m1")]));
        await publishing.OnceAsync();
        using Running running = new(spout, Poll(() => deliveries.Split(' ').Select(content => Told(SpoutFile.Text("/m", content), "m1", told, content))));

        await running.OnceAsync();

        Assert.Equal(acknowledged.Split(' '), told);
        Assert.Equal(["/dead-letters/Fetch/m=2", "/dead-letters/Fetch/m.error.json", "/m=1"], await FilesAsync(spout));
    }

    [Fact]
    public async Task Other_large_content_under_a_known_id_goes_to_the_dead_letters_whole_where_it_can_be_read_only_once()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        List<string> told = [];
        List<Body> bodies = [];
        int length = 2 << 20;
        using Running running = new(spout, Poll(() =>
        {
            bodies.Add(new(length));
            return [Told(Once("/m", bodies[^1]), "m1", told)];
        }));
        await running.OnceAsync();
        await running.OnceAsync();

        length = 3 << 20;
        await running.OnceAsync();

        IReadOnlyDictionary<string, byte[]> files = await spout.Arrived.ReadFilesAsync();
        Assert.Equal((2 << 20, length), (files["/m"].Length, files["/dead-letters/Fetch/m"].Length));
        Assert.Equal(["m1", "m1", "m1"], told);
        Assert.All(bodies, static body => Assert.True(body.IsDisposed));
    }

    // A connection gives a message's body once.
    private static SpoutFile Once(string path, Stream body)
    {
        bool isOpened = false;
        return SpoutFile.Streamed(path, _ =>
        {
            Assert.False(isOpened);
            isOpened = true;
            return ValueTask.FromResult(body);
        });
    }

    private static async Task<string[]> FilesAsync(TestSpout spout) =>
    [
        .. (await spout.Arrived.ReadFilesAsync()).OrderBy(static file => file.Key, StringComparer.Ordinal).Select(static file =>
            file.Key.EndsWith(".error.json", StringComparison.Ordinal) ? file.Key : $"{file.Key}={Encoding.UTF8.GetString(file.Value)}"),
    ];

    private static SpoutFile Told(SpoutFile file, string item, List<string> told, string? delivery = null) => file.WithItem(item)
        .OnCommitted((_, _) => Tell(told, delivery ?? item))
        .OnAbandoned((abandoned, _) => Tell(told, $"abandoned {abandoned.Path}"));

    private static ValueTask Tell(List<string> told, string what)
    {
        told.Add(what);
        return ValueTask.CompletedTask;
    }

    private static SourceRegistration Poll(Func<IEnumerable<SpoutFile>> files) => new()
    {
        Name = "Fetch",
        Trigger = new PollTrigger(TimeSpan.FromSeconds(1)),
        Run = (_, _, ct) => SourceFiles.From(files(), ct),
    };

    private sealed class Body(int length) : MemoryStream(new byte[length])
    {
        public bool IsDisposed { get; private set; }

        protected override void Dispose(bool disposing)
        {
            IsDisposed = true;
            base.Dispose(disposing);
        }
    }
}
