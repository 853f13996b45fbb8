using Spouts.Batching;
using Spouts.Pachyderm.Protos.Pfs;
using Spouts.Publishing;
using Spouts.Tests.Publishing;

namespace Spouts.Tests.Adversary;

/// <summary>What a recovery costs where the repo has many commits.</summary>
public sealed class HistoryTests(PachdFixture pachd) : IClassFixture<PachdFixture>
{
    private const int MaxCalls = 12;

    [Theory]
    [InlineData(10)]
    [InlineData(120)]
    public async Task A_recovery_takes_as_many_calls_however_long_the_history_is(int commits)
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        using Process process = new(pachd, spout);
        for (int i = 1; i <= commits; i++)
            await process.PublishAsync(i, SpoutFile.Text("/log", $"{i}\n").Appended());

        int lostFinish = await CountAsync(process, commits + 1, hook => hook.Lose("FinishCommit"));
        int lostStart = await CountAsync(process, commits + 2, hook => hook.Lose("StartCommit"));
        int lostReply = await CountAsync(process, commits + 3, hook => hook.LoseReply("FinishCommit"));

        Assert.InRange(lostFinish, 0, MaxCalls);
        Assert.InRange(lostStart, 0, MaxCalls);
        Assert.InRange(lostReply, 0, MaxCalls);
        Assert.Equal(commits + 3, await spout.CursorAsync());
        Assert.Equal(string.Concat(Enumerable.Range(1, commits + 3).Select(static i => $"{i}\n")), await spout.ReadAsync("/log"));
    }

    [Fact]
    public async Task A_recovery_after_a_dropped_head_takes_as_many_calls_however_long_the_history_is()
    {
        const int Commits = 60;
        using TestSpout spout = await pachd.CreateSpoutAsync();
        using Process process = new(pachd, spout);
        for (int i = 1; i <= Commits; i++)
            await process.PublishAsync(i, SpoutFile.Text("/log", $"{i}\n").Appended());
        await using StagedBatch batch = await process.StageAsync(Commits + 1, SpoutFile.Text("/log", "61\n").Appended());
        await spout.DropHeadAsync();
        process.Hook.Calls.Clear();

        Assert.IsType<PublishResult.Dropped>(await process.Publisher.PublishAsync(batch, CancellationToken.None));

        // With the calls of the attempt before it.
        Assert.InRange(process.Hook.Calls.Values.Sum(), 1, MaxCalls + 8);
        Assert.Equal(Commits - 1, await spout.CursorAsync());
    }

    [Fact]
    public async Task Where_nothing_is_ours_the_commits_of_others_come_in_one_stream()
    {
        const int Commits = 40;
        using TestSpout spout = await pachd.CreateSpoutAsync();
        for (int i = 0; i < Commits; i++)
        {
            string commit = await spout.Repo.StartAsync($"by hand {i}", CancellationToken.None);
            await spout.Repo.FinishAsync(commit, description: "", CancellationToken.None);
        }

        using Process process = new(pachd, spout);
        Position position = await process.Publisher.PositionAsync(CancellationToken.None);

        Assert.Equal(0, position.Ledger.Number);
        Assert.InRange(process.Hook.Calls.Values.Sum(), 1, MaxCalls);
        Assert.Equal(1, process.Hook.Streams.GetValueOrDefault("ListCommit"));
        Assert.IsType<PublishResult.Committed>(await process.PublishAsync(1, SpoutFile.Text("/log", "1\n").Appended()));
    }

    [Fact]
    public async Task A_ledger_that_lies_deep_under_the_commits_of_others_is_found()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        await spout.PublishAsync(7, SpoutFile.Text("/log", "1\n").Appended());
        for (int i = 0; i < 20; i++)
        {
            string commit = await spout.Repo.StartAsync($"by hand {i}", CancellationToken.None);
            await spout.Repo.FinishAsync(commit, description: "", CancellationToken.None);
        }

        using TestSpout successor = spout.Successor();

        Assert.Equal(7, await successor.CursorAsync());
        Assert.StartsWith("spouts/1 void #1 of ", (await spout.Arrived.ReadCommitsAsync())[0].Description, StringComparison.Ordinal);
    }

    // The calls of one batch of which one was lost, without those of the attempt that was lost or, where that arrived, of another.
    private static async Task<int> CountAsync(Process process, int cursor, Action<Hook> lose)
    {
        const int Attempt = 6;
        await using StagedBatch batch = await process.StageAsync(cursor, SpoutFile.Text("/log", $"{cursor}\n").Appended());
        process.Hook.Calls.Clear();
        lose(process.Hook);
        Assert.IsType<PublishResult.Committed>(await process.Publisher.PublishAsync(batch, CancellationToken.None));
        return process.Hook.Calls.Values.Sum() - Attempt;
    }
}
