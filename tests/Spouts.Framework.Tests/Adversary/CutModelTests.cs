using System.Text;
using CsCheck;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Spouts.Batching;
using Spouts.Files;
using Spouts.Hosting;
using Spouts.Ledgers;
using Spouts.Pachyderm.Protos.Pfs;
using Spouts.Scheduling;

namespace Spouts.Tests.Adversary;

/// <summary>
/// Where a run is cut, and what of a run that fails is kept: whatever a source does, in whatever order, and whatever happens to it, each of
/// its items arrives once. Only what was yielded and what was committed is known here.
/// </summary>
public sealed class CutModelTests
{
    private const int Programs = 10_000;

    private static readonly SourceKey Source = new("Fetch");

    [Fact]
    public Task Wherever_a_run_is_cut_or_fails_nothing_is_lost_and_nothing_doubled() =>
        Gen.Int.SampleAsync(static async seed => await RunAsync(new CutProgram(new Random(seed))), iter: Programs);

    private static async Task RunAsync(CutProgram program)
    {
        FakeTimeProvider time = new();
        MemoryServer server = new();
        Dictionary<string, StringBuilder> files = new(StringComparer.Ordinal);
        Ledger ledger = Ledger.Empty;
        program.Unacknowledged.UnionWith(Enumerable.Range(0, program.Items));
        (SourceCuts cuts, Acknowledger acknowledger) = Process(time);
        for (int runs = 0; ; runs++)
        {
            Assert.True(runs < 1000, "It comes to no end.");
            if (program.WasKilled)
                (cuts, acknowledger) = Process(time);
            SourceEntry saved = ledger.Entry(Source);
            acknowledger.Observe(saved);
            acknowledger.Known.Begin();
            int[] arrived = Arrived(files);
            program.Day = program.Days.TakeWhile(day => day.All(arrived.Contains)).Count();
            SpoutContext context = new("clicks", null!);
            SourceRun run = new(Source.Name, saved.WithItems([]), context, time.GetUtcNow());
            using CancellationTokenSource reading = new();
            RunStager stager = new(
                server.Repo, program.RunAsync(run, time, reading, reading.Token), time, NullLogger.Instance, reading.Token, CancellationToken.None)
            {
                Source = Source,
                Base = saved,
                Entry = values => values is null ? run.Entry() : run.Entry(values),
                Cursors = run.Cursors,
                Known = acknowledger.Known,
                MaxItems = acknowledger.MaxItems,
                Unreadable = new(limit: null),
                Limits = program.Limit is { } limit ? new() { Files = limit, Period = TimeSpan.FromSeconds(30) } : null,
                Cuts = cuts,
                GoesOn = program.IsStream,
            };
            bool isWhole = false;
            try
            {
                while (await stager.NextAsync() is { } batch)
                {
                    await using (batch)
                    {
                        if (program.WasKilled)
                            break;
                        await CommitAsync(batch);
                    }
                }

                isWhole = stager.IsOver;
            }
            catch (Exception failed) when (failed is IOException or FileContentException or OperationCanceledException)
            {
                await stager.CancelAsync();
                await stager.StopAsync();
            }

            await stager.DisposeAsync();
            if (!isWhole || program.WasKilled)
                continue;
            SourceEntry moved = run.Entry(ledger.Entry(Source));
            if (moved != ledger.Entry(Source))
                ledger = ledger.Next(Source, moved, files: 0, bytes: 0);
            arrived = Arrived(files);
            if (program.Days.All(day => day.All(arrived.Contains)))
                break;
            continue;

            async Task CommitAsync(StagedBatch batch)
            {
                SourceEntry last = ledger.Entry(Source);
                if (batch.HasData)
                {
                    foreach (ModifyFileRequest message in server.Messages(batch.FileSet))
                        Apply(message, files);
                    ledger = ledger.Next(Source, acknowledger.Keep(batch.Entry, last, batch.Acknowledgements), batch.Paths.Count, batch.Bytes);
                    acknowledger.Commit(ledger.Entry(Source), batch.Acknowledgements);
                    cuts.Kept();
                }

                await acknowledger.AcknowledgeAsync(batch.Acknowledgements, new("commit", ledger.Number, 0, 0), context, CancellationToken.None);
            }
        }

        Compare(program, files, ledger.Entry(Source));
    }

    private static (SourceCuts Cuts, Acknowledger Acknowledger) Process(TimeProvider time) =>
        (new(), new("clicks", Source.Name, new ItemPlaces(), new(time, TimeSpan.MaxValue), time, NullLogger.Instance));

    private static void Apply(ModifyFileRequest message, Dictionary<string, StringBuilder> files)
    {
        if (message.DeleteFile is { } deleted)
            files.Remove(deleted.Path);
        else if (files.TryGetValue(message.AddFile.Path, out StringBuilder? content))
            content.Append(message.AddFile.Raw.ToStringUtf8());
        else
            files.Add(message.AddFile.Path, new(message.AddFile.Raw.ToStringUtf8()));
    }

    private static int[] Arrived(Dictionary<string, StringBuilder> files) =>
        [.. files.Values.SelectMany(static file => file.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries)).Select(int.Parse)];

    private static void Compare(CutProgram program, Dictionary<string, StringBuilder> files, SourceEntry entry)
    {
        int[] arrived = Arrived(files);
        int[] all = [.. Enumerable.Range(0, program.Items)];
        Assert.True(arrived.Distinct().Order().SequenceEqual(all), $"{program}: lost, there is [{string.Join(" ", arrived)}]");
        if (program.MayDouble)
            return;
        bool isOrdered = program.Files is not FileForm.Replaced && program.Form is not CursorForm.None;
        Assert.True(arrived.OrderBy(item => isOrdered ? 0 : item).SequenceEqual(all), $"{program}: doubled or reordered, there is [{string.Join(" ", arrived)}]");
        if (program.Beside is Beside.Counter && program.Items > 0)
            Assert.True(entry.Cursor("count").GetInt32() == program.Items, $"{program}: counted {entry.Cursor("count")} of {program.Items}");
    }
}
