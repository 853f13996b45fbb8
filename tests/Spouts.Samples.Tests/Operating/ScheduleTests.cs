using System.Diagnostics;
using System.Text.Json;
using Spouts.Ledgers;
using Spouts.Testing;
using Spouts.Tests;

namespace Spouts.Samples.Tests.Operating;

/// <summary>What <c>schedule</c> does from outside, with real processes.</summary>
public sealed class ScheduleTests
{
    private const string Source = "Measure";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // A source that is due at a start has committed long before.
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(3);

    [Fact]
    public async Task A_paused_source_runs_only_when_it_is_asked_to_until_it_is_resumed()
    {
        using OperatedSpout spout = await OperatedSpout.StartAsync();

        OperatedSpout.Ended paused = await spout.OperateAsync("schedule", "pause", Source);
        Assert.True(paused.ExitCode == 0, paused.Error);
        Assert.Contains("Stopping the pipeline default/disk-report", paused.Error, StringComparison.Ordinal);
        Assert.Contains("  paused", paused.Output, StringComparison.Ordinal);
        Assert.False(await spout.IsStoppedAsync());
        await RunUntilSaidAsync(spout, "is paused");
        Assert.Empty(await FilesAsync(spout));

        OperatedSpout.Ended asked = await spout.OperateAsync("schedule", "run", Source, "--json");
        DateTimeOffset time = JsonDocument.Parse(asked.Output).RootElement.GetProperty("sources").GetProperty(Source).GetProperty("asked").GetDateTimeOffset();
        Assert.Equal(1, await RunAsync(spout, commits: 1));
        Assert.Equal($"/{time.UtcDateTime:yyyy}/{time.UtcDateTime:yyyy-MM-dd}.csv", Assert.Single(await FilesAsync(spout)));
        long number = (await LedgerAsync(spout)).Number;
        await RunUntilSaidAsync(spout, "is paused");
        Assert.Equal(number, (await LedgerAsync(spout)).Number);

        OperatedSpout.Ended resumed = await spout.OperateAsync("schedule", "resume", Source);
        Assert.DoesNotContain("paused", resumed.Output, StringComparison.Ordinal);
        Assert.Equal(1, await RunAsync(spout, commits: 1));
    }

    [Fact]
    public async Task A_backfill_runs_each_due_time_once_and_the_oldest_first_although_it_is_killed()
    {
        const int Days = 30;
        using OperatedSpout spout = await OperatedSpout.StartAsync();
        OperatedSpout.Ended asked = await spout.OperateAsync(
            "schedule", "backfill", Source, "--from", "2024-04-01T06:00+02:00", "--to", "2024-04-30T04:00:00Z");
        Assert.True(asked.ExitCode == 0, asked.Error);
        Assert.Contains("backfill 2024-04-01 04:00:00Z to 2024-04-30 04:00:00Z: 0 of 30 done", asked.Output, StringComparison.Ordinal);
        long first = (await LedgerAsync(spout)).Number;

        Random random = new(7);
        int starts = 0;
        for (; starts < 5; starts++)
            await RunAsync(spout, commits: random.Next(1, 6));
        Assert.Contains($" of {Days} done", (await spout.OperateAsync("state", "show")).Output, StringComparison.Ordinal);
        await RunAsync(spout, commits: int.MaxValue, until: "/2024/2024-04-30.csv");

        // Each batch that counts has a number of its own: one settles one due time of the backfill, or is that of a start; the first start begins the schedule as well.
        Backfill?[] steps = [.. (await LedgersAsync(spout)).Where(ledger => ledger.Number >= first).OrderBy(static ledger => ledger.Number)
            .DistinctBy(static ledger => ledger.Number).Select(static ledger => ledger.Sources[Source].Backfill)];
        int[] done = [.. steps.TakeWhile(static step => step is not null).Select(static step => step!.Done)];
        Assert.Equal(Enumerable.Range(0, Days), done.Distinct());
        Assert.InRange(steps.Length - (Days + 1), 0, starts + 2);
        Assert.All(steps, static step => Assert.True(step?.Last is null || step.Last == new DateTimeOffset(2024, 4, step.Done, 4, 0, 0, TimeSpan.Zero), $"{step}"));
        Assert.Equal(
            Enumerable.Range(1, Days).Select(static day => $"/2024/2024-04-{day:00}.csv"),
            (await FilesAsync(spout)).Where(static path => path.StartsWith("/2024/", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task What_cannot_be_asked_of_a_schedule_is_said_before_anything_is_stopped()
    {
        using OperatedSpout spout = await OperatedSpout.StartAsync();
        string head = await spout.PutAsync("/a", "1", cursor: 1);
        (string Said, string Arguments)[] refused =
        [
            ("no source 'Fetch'; those that have one: Measure", "pause Fetch"),
            ("no source 'Fetch'; those that have one: Measure", "run Fetch"),
            ("is later than --to", "backfill Measure --from 2024-04-02T00:00Z --to 2024-04-01T00:00Z"),
            ("is still to come", "backfill Measure --from 2024-04-02T00:00Z --to 2199-04-01T00:00Z"),
            ("was never due", "backfill Measure --from 2024-04-02T05:00Z --to 2024-04-02T06:00Z"),
            ("more than 10,000 times", "backfill Measure --from 1990-04-02T05:00Z --to 2024-04-02T06:00Z"),
            ("in ISO 8601 with an offset", "backfill Measure --from 2024-04-02T05:00 --to 2024-04-02T06:00Z"),
            ("in ISO 8601 with an offset", "backfill Measure --from yesterday --to 2024-04-02T06:00Z"),
            ("more than 10,000 times", "backfill Measure --from 0001-01-01T00:00Z --to 2024-04-02T06:00Z"),
            ("was never due", "backfill Measure --from 0001-01-01T00:00Z --to 0001-01-01T00:00Z"),
            ("is still to come", "backfill Measure --from 0001-01-01T00:00Z --to 9999-12-31T23:59:59.9999999Z"),
            ("in ISO 8601 with an offset", "backfill Measure --from 0001-01-01T00:00+02:00 --to 2024-04-02T06:00Z"),
            ("Required argument missing for option: '--to'", "backfill Measure --from 2024-04-02T05:00Z --to"),
            ("run needs <source>, which is missing", "run"),
            ("both --from and --to", "backfill Measure --from 2024-04-02T05:00Z"),
            ("both --from and --to", "backfill Measure"),
        ];
        foreach ((string said, string arguments) in refused)
        {
            OperatedSpout.Ended ended = await spout.OperateAsync(["schedule", .. arguments.Split(' ')]);
            Assert.Equal(64, ended.ExitCode);
            Assert.Contains(said, ended.Error, StringComparison.Ordinal);
            Assert.DoesNotContain("Stopping", ended.Error, StringComparison.Ordinal);
        }

        OperatedSpout.Ended inWorker = await spout.WorkAsync("schedule", "pause", Source);
        Assert.Equal(64, inWorker.ExitCode);
        Assert.Contains("Do it from outside", inWorker.LastLine, StringComparison.Ordinal);
        using SpoutRepo repo = spout.Open();
        Assert.Equal(head, (await repo.ReadCommitsAsync())[0].Id);
    }

    [Fact]
    public async Task A_second_backfill_is_refused_until_the_first_is_done_or_cancelled()
    {
        using OperatedSpout spout = await OperatedSpout.StartAsync();
        string[] backfill = ["schedule", "backfill", Source, "--from", "2024-04-01T00:00Z", "--to", "2024-04-03T00:00Z"];
        Assert.Equal(0, (await spout.OperateAsync(backfill)).ExitCode);

        OperatedSpout.Ended second = await spout.OperateAsync(backfill);
        Assert.Equal(64, second.ExitCode);
        Assert.Contains("0 of 2 are done", second.LastLine, StringComparison.Ordinal);

        Assert.DoesNotContain("backfill", (await spout.OperateAsync("schedule", "backfill", Source, "--cancel")).Output, StringComparison.Ordinal);
        Assert.Equal(0, (await spout.OperateAsync(backfill)).ExitCode);
    }

    // Runs the worker's process until it has told of so many commits, or a file is there, and kills it.
    private static async Task<int> RunAsync(OperatedSpout spout, int commits, string? until = null)
    {
        using Process worker = Start(spout);
        Task<string> log = worker.StandardError.ReadToEndAsync();
        int count = 0;
        using CancellationTokenSource patience = new(Patience);
        try
        {
            while (count < commits && await worker.StandardOutput.ReadLineAsync(patience.Token) is { } line)
            {
                Assert.Contains("\"event\":\"commit\"", line, StringComparison.Ordinal);
                count++;
                if (until is not null && (await FilesAsync(spout)).Contains(until))
                    break;
            }
        }
        finally
        {
            worker.Kill();
            TestOutput.Keep(await log);
        }

        return count;
    }

    // Runs it until it has said something, and commits nothing for a while then.
    private static async Task RunUntilSaidAsync(OperatedSpout spout, string said)
    {
        using Process worker = Start(spout);
        using CancellationTokenSource patience = new(Patience);
        string? line;
        do
            line = await worker.StandardError.ReadLineAsync(patience.Token);
        while (line?.Contains(said, StringComparison.Ordinal) == false);
        Assert.NotNull(line);
        Task<string?> committed = worker.StandardOutput.ReadLineAsync();
        Task first = await Task.WhenAny(committed, Task.Delay(Quiet, patience.Token));
        worker.Kill();
        await worker.WaitForExitAsync(patience.Token);
        Assert.NotSame(committed, first);
    }

    // The count of those that died young is kept where temporary files are: in a folder of its own each is the first.
    private static Process Start(OperatedSpout spout)
    {
        string temporary = Directory.CreateDirectory(Path.Combine(spout.Folder, Path.GetRandomFileName())).FullName;
        return spout.Start(["run", "--json"], [.. spout.Worker, new("TMPDIR", temporary), new("DiskReport__Folder", temporary)]);
    }

    private static async Task<IEnumerable<string>> FilesAsync(OperatedSpout spout)
    {
        using SpoutRepo repo = spout.Open();
        return (await repo.ReadFilesAsync()).Keys.Order(StringComparer.Ordinal);
    }

    private static async Task<Ledger> LedgerAsync(OperatedSpout spout) => (await LedgersAsync(spout)).MaxBy(static ledger => ledger.Number)!;

    private static async Task<IReadOnlyList<Ledger>> LedgersAsync(OperatedSpout spout)
    {
        using SpoutRepo repo = spout.Open();
        return [.. (await repo.ReadCommitsAsync()).Select(static commit => CommitDescription.Parse(commit.Description, commit.Id) switch
        {
            CommitDescription.Final final => final.Ledger,
            CommitDescription.Void state => state.Ledger,
            _ => null,
        }).OfType<Ledger>()];
    }
}
