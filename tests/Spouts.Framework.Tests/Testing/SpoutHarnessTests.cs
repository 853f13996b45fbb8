using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Spouts.Hosting;
using Spouts.Testing;

namespace Spouts.Tests.Testing;

/// <summary>The harness for the tests of people's own spouts, with registrations as the generator writes them.</summary>
public sealed class SpoutHarnessTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_run_goes_on_where_the_repo_says_with_spouts_made_anew()
    {
        FakeTimeProvider time = new(new(2026, 5, 1, 0, 0, 0, TimeSpan.Zero));
        await using SpoutHarness spouts = await SpoutHarness.StartAsync(
            services => services
                .AddSingleton<TimeProvider>(time)
                .AddSingleton<Counter>()
                .AddSpout(Spout("ticks", static (services, run) => services.GetRequiredService<Counter>().Next(run))),
            Cancellation);
        Assert.Equal("{}", (await spouts.Repo("ticks").ReadCursorsAsync("Fetch", Cancellation)).GetRawText());

        SpoutCommit first = Assert.Single(await spouts.RunOnceAsync(Cancellation));
        time.Advance(TimeSpan.FromDays(1));
        SpoutCommit second = Assert.Single(await spouts.RunOnceAsync(Cancellation));

        SpoutRepo repo = spouts.Repo("ticks");
        Assert.Equal(first.Id, second.ParentId);
        Assert.Equal(["/1", "/2"], (await repo.ReadFilesAsync(Cancellation)).Keys);
        Assert.Equal("2026-05-02 of a counter at 1", await repo.ReadTextAsync("/2", Cancellation));
        Assert.Equal(2, (await repo.ReadCursorsAsync("Fetch", Cancellation)).GetProperty("at").GetInt32());
    }

    [Fact]
    public async Task What_a_source_throws_comes_out_and_nothing_of_its_run_arrives()
    {
        await using SpoutHarness spouts = await SpoutHarness.StartAsync(
            static services => services
                .AddSpout(Spout("good", static (_, _) => [SpoutFile.Text("/a.txt", "arrived")]))
                .AddSpout(Spout("bad", static (_, run) => Failing(run))),
            Cancellation);

        InvalidDataException thrown = await Assert.ThrowsAsync<InvalidDataException>(() => spouts.RunOnceAsync(Cancellation));

        Assert.Equal("no good", thrown.Message);
        Assert.Equal("arrived", await spouts.Repo("good").ReadTextAsync("/a.txt", Cancellation));
        Assert.Empty(await spouts.Repo("bad").ReadFilesAsync(Cancellation));
        Assert.Equal("{}", (await spouts.Repo("bad").ReadCursorsAsync("Fetch", Cancellation)).GetRawText());
    }

    [Fact]
    public async Task What_the_callback_of_a_file_throws_comes_out_although_the_file_has_arrived()
    {
        await using SpoutHarness spouts = await SpoutHarness.StartAsync(
            static services => services.AddSpout(Spout("queue", static (_, _) =>
                [SpoutFile.Text("/1", "one").OnCommitted(static (_, _) => throw new InvalidDataException("not acknowledged"))])),
            Cancellation);

        await Assert.ThrowsAsync<InvalidDataException>(() => spouts.RunOnceAsync(Cancellation));

        Assert.Equal("one", await spouts.Repo("queue").ReadTextAsync("/1", Cancellation));
    }

    [Fact]
    public async Task A_run_without_files_makes_no_commit_and_leaves_the_cursors_that_were_there()
    {
        bool isOver = false;
        await using SpoutHarness spouts = await SpoutHarness.StartAsync(
            services => services.AddSingleton<Counter>().AddSpout(
                Spout("ticks", (services, run) => isOver ? [] : services.GetRequiredService<Counter>().Next(run))),
            Cancellation);
        await spouts.RunOnceAsync(Cancellation);
        isOver = true;

        Assert.Empty(await spouts.RunOnceAsync(Cancellation));

        JsonElement cursors = await spouts.Repo("ticks").ReadCursorsAsync("Fetch", Cancellation);
        Assert.Equal(1, cursors.GetProperty("at").GetInt32());
    }

    [Fact]
    public async Task It_says_what_is_missing()
    {
        SpoutConfigurationException none = await Assert.ThrowsAsync<SpoutConfigurationException>(
            static () => SpoutHarness.StartAsync(static _ => { }, Cancellation));
        Assert.Contains("AddSpouts", none.Message, StringComparison.Ordinal);

        await using SpoutHarness spouts = await SpoutHarness.StartAsync(
            static services => services.AddSpout(Spout("clicks", static (_, _) => [])), Cancellation);
        Assert.Contains("'click'; there are: clicks", Assert.Throws<ArgumentException>(() => spouts.Repo("click")).Message, StringComparison.Ordinal);
    }

    private static SpoutRegistration Spout(string name, Func<IServiceProvider, SourceRun, IEnumerable<SpoutFile>> run) => new()
    {
        Name = name,
        OutputBranch = "master",
        Sources =
        [
            new()
            {
                Name = "Fetch",
                Trigger = new PollTrigger(TimeSpan.FromMinutes(1)),
                Run = (services, source, cancellation) => SourceFiles.From(run(services, source), cancellation),
            },
        ],
    };

    private static IEnumerable<SpoutFile> Failing(SourceRun run)
    {
        run.Cursor("at", CursorCodec.Int32).Value = 7;
        yield return SpoutFile.Text("/a.txt", "lost");
        throw new InvalidDataException("no good");
    }

    private sealed class Counter(TimeProvider time)
    {
        private int _count;

        public IEnumerable<SpoutFile> Next(SourceRun run)
        {
            Cursor<int> at = run.Cursor("at", CursorCodec.Int32);
            _count++;
            yield return SpoutFile.Text($"/{++at.Value}", $"{time.GetUtcNow():yyyy-MM-dd} of a counter at {_count}");
        }
    }
}
