using Spouts.Batching;
using Spouts.Hosting;
using Spouts.Tests.Publishing;

namespace Spouts.Tests.Scheduling;

/// <summary>Cursors that grow: they travel with every commit.</summary>
public sealed class CursorSizeTests(PachdFixture pachd) : IClassFixture<PachdFixture>
{
    [Theory]
    [InlineData(null)]
    [InlineData(1000)]
    public async Task A_cursor_that_grows_too_large_ends_its_source_soon_and_no_other(int? limit)
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        int yielded = 0, others = 0;
        TaskCompletionSource later = new();
        using Running running = new(
            spout,
            new SourceRegistration
            {
                Name = "Grows",
                Trigger = new PollTrigger(TimeSpan.FromSeconds(1)),
                Batch = limit is { } files ? new() { Files = files } : null,
                Run = (_, run, ct) => SourceFiles.From(Grow(run.Cursor("seen", CursorCodec.List(CursorCodec.Int32))), ct),
            },
            new SourceRegistration
            {
                Name = "Other",
                Trigger = new PollTrigger(TimeSpan.FromMilliseconds(10)),
                Run = (_, run, ct) =>
                {
                    if (yielded > 0 && ++others == 20)
                        run.Context.Done();
                    return SourceFiles.From([SpoutFile.Text("/other", $"{others}")], ct);
                },
            });

        CursorTooLargeException refused = await Assert.ThrowsAsync<CursorTooLargeException>(
            () => running.RunAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(120)));

        Assert.Equal(20, others);
        Assert.StartsWith($"The cursor 'seen' of {spout.Name}/Grows has ", refused.Message, StringComparison.Ordinal);
        Assert.Equal((ExitCodes.Configuration, refused.Message), SpoutProgram.Explain(refused));

        // 64 KiB are reached with 11,000 numbers or so.
        Assert.InRange(yielded, 10_000, 12_000);

        IEnumerable<SpoutFile> Grow(Cursor<List<int>> seen)
        {
            for (int i = seen.Value.Count; i < 20_000; i++)
            {
                yielded++;
                seen.Value.Add(10_000 + i);
                yield return SpoutFile.Text($"/{i % 100}", "1");
            }
        }
    }

    [Theory]
    [InlineData("behind its last file", false)]
    [InlineData("without a file", false)]
    [InlineData("together with another's", false)]
    [InlineData("behind its last file", true)]
    public async Task A_cursor_that_grows_where_no_file_follows_ends_its_source_and_no_other(string where, bool once)
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        using SemaphoreSlim both = new(0);
        int others = 0;
        using Running running = new(
            spout,
            new SourceRegistration { Name = "Grows", Trigger = new PollTrigger(TimeSpan.FromSeconds(1)), Run = (_, run, _) => Grow(run, run.Cursor("seen", CursorCodec.String)) },
            new SourceRegistration { Name = "Other", Trigger = new PollTrigger(TimeSpan.FromMilliseconds(10)), Run = (_, run, _) => Other(run, run.Cursor("position", CursorCodec.String)) });

        CursorTooLargeException refused = await Assert.ThrowsAsync<CursorTooLargeException>(
            () => (once ? running.OnceAsync() : running.RunAsync(CancellationToken.None)).WaitAsync(TimeSpan.FromSeconds(120)));

        Assert.Contains($" of {spout.Name}/", refused.Message, StringComparison.Ordinal);
        bool hasOther = await spout.ReadAsync("/other") is not null;
        Assert.Equal(hasOther ? once ? 1 : 20 : 1, others);
        Assert.True(where != "together with another's" ? hasOther : hasOther != await spout.ReadAsync("/grown") is not null);

        async IAsyncEnumerable<SpoutFile> Grow(SourceRun run, Cursor<string> seen)
        {
            await Task.CompletedTask;
            if (where == "together with another's")
            {
                // Each would fit alone, and both are let run before either is committed.
                yield return SpoutFile.Text("/grown", "1").WithCursor(seen, new string('x', 40_000));
                both.Release();
                run.Context.Done();
                yield break;
            }

            if (where != "without a file")
                yield return SpoutFile.Text("/grown", "1");
            seen.Value = new string('x', 70_000);
        }

        async IAsyncEnumerable<SpoutFile> Other(SourceRun run, Cursor<string> position)
        {
            SpoutFile file = SpoutFile.Text("/other", $"{++others}");
            yield return where == "together with another's" ? file.WithCursor(position, new string('y', 30_000)) : file;
            if (where == "together with another's" && others == 1)
                await both.WaitAsync();
            if (others == 20)
                run.Context.Done();
        }
    }
}
