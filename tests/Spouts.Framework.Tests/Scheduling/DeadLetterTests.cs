using System.Text;
using System.Text.Json;
using Spouts.Hosting;
using Spouts.Publishing;
using Spouts.Scheduling;
using Spouts.Testing;
using Spouts.Tests.Publishing;

namespace Spouts.Tests.Scheduling;

/// <summary>What cannot be where it should goes to the dead letters, in the same commit as the cursor that passes it.</summary>
public sealed class DeadLetterTests(PachdFixture pachd) : IClassFixture<PachdFixture>
{
    [Fact]
    public async Task A_source_puts_an_item_to_the_dead_letters_with_its_content_and_its_reason()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        List<string> told = [];
        using Running running = new(spout, Source((_, ct) => SourceFiles.From(
        [
            SpoutFile.Text("/orders/1.json", "{").AsDeadLetter("it is no JSON").OnCommitted((file, _) => Tell(told, file.Path)),
            SpoutFile.Text("/orders/2.json", "{}"),
        ], ct)));

        await running.OnceAsync();

        const string Letter = "/dead-letters/Fetch/orders%2F1.json";
        IReadOnlyDictionary<string, byte[]> files = await spout.Arrived.ReadFilesAsync();
        Assert.Equal([Letter, $"{Letter}.error.json", "/orders/2.json"], files.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("{", Encoding.UTF8.GetString(files[Letter]));
        JsonElement error = JsonElement.Parse(files[$"{Letter}.error.json"]);
        Assert.Equal("/orders/1.json", error.GetProperty("path").GetString());
        Assert.Equal("it is no JSON", error.GetProperty("reason").GetString());
        Assert.Equal([Letter], told);
    }

    [Theory]
    [InlineData("/dead-letters/Fetch/orders%2F1.json")]
    [InlineData("/dead-letters/Fetch")]
    [InlineData("/dead-letters")]
    public async Task A_file_that_a_source_yields_where_dead_letters_are_becomes_one_and_spoils_none(string path)
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        List<string> told = [];
        string letter = $"/dead-letters/Fetch/{SpoutPath.Encode(path[1..])}";
        int run = 0;
        using Running running = new(spout, Source((_, ct) => SourceFiles.From(++run == 2
            ? [SpoutFile.Text(path, "mine").OnCommitted((file, _) => Tell(told, file.Path))]
            : [SpoutFile.Text("/orders/1.json", $"{run}").AsDeadLetter("it is no JSON")], ct)));

        await running.OnceAsync();
        await running.OnceAsync();
        string? first = await spout.ReadAsync("/dead-letters/Fetch/orders%2F1.json");
        await running.OnceAsync();

        Assert.Equal("1", first);
        Assert.Equal("3", await spout.ReadAsync("/dead-letters/Fetch/orders%2F1.json"));
        Assert.Equal("mine", await spout.ReadAsync(letter));
        Assert.Contains("/dead-letters is kept for", await spout.ReadAsync($"{letter}.error.json"), StringComparison.Ordinal);
        Assert.Equal([letter], told);
    }

    [Fact]
    public async Task A_dead_letter_can_be_taken_away_by_its_path()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        int run = 0;
        using Running running = new(spout, Source((_, ct) => SourceFiles.From(++run == 1
            ? [SpoutFile.Text("/a", "1").AsDeadLetter("it is no JSON")]
            : [SpoutFile.Delete("/dead-letters/Fetch/a"), SpoutFile.Delete("/dead-letters/Fetch/a.error.json")], ct)));

        await running.OnceAsync();
        await running.OnceAsync();

        Assert.Empty(await spout.Arrived.ReadFilesAsync());
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_so_often_is_passed_and_the_cursor_with_it()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        int opened = 0;
        using Running running = new(spout, new ImpatientTime(), new SourceRegistration
        {
            Name = "Fetch",
            Trigger = new PollTrigger(TimeSpan.FromSeconds(1)),
            Retry = new() { DeadLetterAfter = 3 },
            Run = (_, run, _) => Unreadable(run.Cursor("last", CursorCodec.Int32), run.Context, () => opened++),
        });

        await running.RunAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60));

        Assert.Equal(3, opened);
        IReadOnlyDictionary<string, byte[]> files = await spout.Arrived.ReadFilesAsync();
        Assert.Equal(["/1", "/3", "/dead-letters/Fetch/2.error.json"], files.Keys.Order(StringComparer.Ordinal));
        Assert.Contains("the share is gone", Encoding.UTF8.GetString(files["/dead-letters/Fetch/2.error.json"]), StringComparison.Ordinal);
        Assert.Single(await OursAsync(spout));
    }

    [Theory]
    [InlineData("/a", "/a/b", "/a/b")]
    [InlineData("/a/b", "/a", "/a")]
    [InlineData("/a/b/c/d", "/a/b", "/a/b")]
    public async Task A_file_that_collides_with_the_repo_goes_to_the_dead_letters_and_the_rest_is_published(string there, string then, string offender)
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        await spout.PublishAsync(1, SpoutFile.Text(there, "there"));

        PublishResult result = await spout.PublishAsync(2, SpoutFile.Text(then, "then"), SpoutFile.Text("/other", "other"));

        Assert.IsType<PublishResult.Committed>(result);
        IReadOnlyDictionary<string, byte[]> files = await spout.Arrived.ReadFilesAsync();
        string letter = $"/dead-letters/Fetch/{SpoutPath.Encode(offender[1..])}";
        Assert.Equal(
            new[] { there, letter, $"{letter}.error.json", "/other" }.Order(StringComparer.Ordinal), files.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("then", Encoding.UTF8.GetString(files[letter]));
        Assert.Equal(2, await spout.CursorAsync());
    }

    [Fact]
    public async Task Many_files_that_collide_take_few_commits()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        await spout.PublishAsync(1, [.. Enumerable.Range(0, 20).Select(static i => SpoutFile.Text($"/{i}", ""))]);

        await spout.PublishAsync(2, [.. Enumerable.Range(0, 20).Select(static i => SpoutFile.Text($"/{i}/below", $"{i}")), SpoutFile.Text("/other", "")]);

        IReadOnlyDictionary<string, byte[]> files = await spout.Arrived.ReadFilesAsync();
        Assert.Equal(20 + 1 + (2 * 20), files.Count);
        Assert.Equal("7", Encoding.UTF8.GetString(files["/dead-letters/Fetch/7%2Fbelow"]));
        Assert.Equal(2, (await spout.Arrived.ReadCommitsAsync()).Count(static commit => commit.Error.Length > 0));
    }

    [Fact]
    public async Task A_folder_that_the_batch_empties_is_no_collision()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        await spout.PublishAsync(1, SpoutFile.Text("/a/b", ""), SpoutFile.Text("/c", ""));

        await spout.PublishAsync(2, SpoutFile.Delete("/a/b"), SpoutFile.Text("/a", ""), SpoutFile.Delete("/c"), SpoutFile.Text("/c/d", ""));

        Assert.Equal(["/a", "/c/d"], (await spout.Arrived.ReadFilesAsync()).Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_deletion_is_no_dead_letter() =>
        Assert.Throws<InvalidOperationException>(() => SpoutFile.Delete("/a").AsDeadLetter("why"));

    private static async Task<IEnumerable<SpoutCommit>> OursAsync(TestSpout spout) =>
        (await spout.Arrived.ReadCommitsAsync()).Where(static commit => commit.Description.StartsWith("spouts/1 #", StringComparison.Ordinal));

    private static ValueTask Tell(List<string> told, string what)
    {
        told.Add(what);
        return ValueTask.CompletedTask;
    }

    private static SourceRegistration Source(Func<SourceRun, CancellationToken, IAsyncEnumerable<SpoutFile>> run) => new()
    {
        Name = "Fetch",
        Trigger = new PollTrigger(TimeSpan.FromSeconds(1)),
        Run = (_, sourceRun, cancellation) => run(sourceRun, cancellation),
    };

    private static async IAsyncEnumerable<SpoutFile> Unreadable(Cursor<int> last, SpoutContext context, Action opened)
    {
        for (int i = last.Value + 1; i <= 3; i++)
        {
            last.Value = i;
            yield return i != 2 ? SpoutFile.Text($"/{i}", "") : SpoutFile.Written("/2", (_, _) =>
            {
                opened();
                throw new IOException("the share is gone");
            });
            await Task.Yield();
        }

        context.Done();
    }
}
