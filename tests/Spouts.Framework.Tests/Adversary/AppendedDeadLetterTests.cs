using System.Text.Json;
using Spouts.Hosting;
using Spouts.Publishing;
using Spouts.Tests.Publishing;
using Spouts.Tests.Scheduling;

namespace Spouts.Tests.Adversary;

/// <summary>Dead letters of appended files are appended, so that none replaces an earlier one.</summary>
public sealed class AppendedDeadLetterTests(PachdFixture pachd) : IClassFixture<PachdFixture>
{
    [Fact]
    public async Task Every_appended_dead_letter_of_a_path_is_kept()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        List<string> acknowledged = [];
        int run = 0;
        using Running running = new(spout, Source(ct => SourceFiles.From(++run == 1 ? [Bad("one"), Bad("two")] : [Bad("three")], ct)));

        await running.OnceAsync();
        await running.OnceAsync();

        Assert.Equal(["one", "two", "three"], acknowledged);
        Assert.Equal("one\ntwo\nthree\n", await spout.ReadAsync("/dead-letters/Fetch/log"));
        Assert.Equal(["bad one", "bad two", "bad three"], await ReasonsAsync(spout, "/dead-letters/Fetch/log.error.json"));

        SpoutFile Bad(string item) => SpoutFile.Text("/log", $"{item}\n").Appended().AsDeadLetter($"bad {item}").WithItem(item).OnCommitted((_, _) =>
        {
            acknowledged.Add(item);
            return ValueTask.CompletedTask;
        });
    }

    [Fact]
    public async Task A_dead_letter_that_is_delivered_again_is_not_described_again()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        int acknowledgements = 0;
        SourceRegistration source = Source(ct => SourceFiles.From(
        [
            SpoutFile.Text("/log", "one\n").Appended().AsDeadLetter("bad").WithItem("one").OnCommitted((_, _) =>
                ++acknowledgements == 1 ? throw new SpoutConfigurationException("the queue is gone") : ValueTask.CompletedTask),
        ], ct));
        using (Running dying = new(spout, source))
            await Assert.ThrowsAnyAsync<Exception>(dying.OnceAsync);
        using Running next = new(spout, source);

        await next.OnceAsync();

        Assert.Equal(2, acknowledgements);
        Assert.Equal("one\n", await spout.ReadAsync("/dead-letters/Fetch/log"));
        Assert.Single(await ReasonsAsync(spout, "/dead-letters/Fetch/log.error.json"));
    }

    [Fact]
    public async Task Appended_pieces_that_collide_with_a_folder_are_all_kept()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        await spout.PublishAsync(1, SpoutFile.Text("/a/b", "there"));

        // Not the first append of its batch, so that the witness is another one.
        PublishResult first = await spout.PublishAsync(2, SpoutFile.Text("/log", "1\n").Appended(), SpoutFile.Text("/a", "one\n").Appended());
        PublishResult second = await spout.PublishAsync(3, SpoutFile.Text("/log", "2\n").Appended(), SpoutFile.Text("/a", "two\n").Appended());

        Assert.IsType<PublishResult.Committed>(first);
        Assert.IsType<PublishResult.Committed>(second);
        Assert.Equal(3, await spout.CursorAsync());
        Assert.Equal("1\n2\n", await spout.ReadAsync("/log"));
        Assert.Equal("there", await spout.ReadAsync("/a/b"));
        Assert.Equal("one\ntwo\n", await spout.ReadAsync("/dead-letters/Fetch/a"));
        Assert.Equal(2, (await ReasonsAsync(spout, "/dead-letters/Fetch/a.error.json")).Length);
    }

    [Fact]
    public async Task A_dead_letter_that_replaces_still_replaces()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        int run = 0;
        using Running running = new(spout, Source(ct => SourceFiles.From([SpoutFile.Text("/a", $"{++run}").AsDeadLetter($"bad {run}")], ct)));

        await running.OnceAsync();
        await running.OnceAsync();

        Assert.Equal("2", await spout.ReadAsync("/dead-letters/Fetch/a"));
        Assert.Equal(["bad 2"], await ReasonsAsync(spout, "/dead-letters/Fetch/a.error.json"));
    }

    private static async Task<string[]> ReasonsAsync(TestSpout spout, string path) =>
        [.. (await spout.ReadAsync(path) ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(static line => JsonElement.Parse(line).GetProperty("reason").GetString()!)];

    private static SourceRegistration Source(Func<CancellationToken, IAsyncEnumerable<SpoutFile>> run) => new()
    {
        Name = "Fetch",
        Trigger = new PollTrigger(TimeSpan.FromSeconds(1)),
        Run = (_, _, cancellationToken) => run(cancellationToken),
    };
}
