using Spouts.Publishing;
using Spouts.Testing;
using Spouts.Tests.Publishing;

namespace Spouts.Tests.Adversary;

public sealed class CollidingAppendTests(PachdFixture pachd) : IClassFixture<PachdFixture>
{
    [Theory]
    [InlineData("/a/b", "/a", true)]
    [InlineData("/a", "/a/b", true)]
    [InlineData("/a/b", "/a", false)]
    [InlineData("/a", "/a/b", false)]
    public async Task An_append_to_a_path_that_is_a_folder_goes_to_the_dead_letters_and_its_batch_goes_on(string there, string then, bool alone)
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        using Process process = new(pachd, spout);
        await process.PublishAsync(1, SpoutFile.Text(there, "there"));
        using CancellationTokenSource end = new(TimeSpan.FromSeconds(60));
        process.End = end.Token;
        SpoutFile collides = SpoutFile.Text(then, "then").Appended();

        PublishResult result = await process.PublishAsync(2, alone ? [collides] : [SpoutFile.Text("/log", "x\n").Appended(), collides]);

        Assert.IsType<PublishResult.Committed>(result);
        Assert.Equal(2, await spout.CursorAsync());
        Assert.Equal("there", await spout.ReadAsync(there));
        Assert.Equal("then", await spout.ReadAsync($"/dead-letters/Fetch/{SpoutPath.Encode(then[1..])}"));
        Assert.Equal(alone ? null : "x\n", await spout.ReadAsync("/log"));
        IReadOnlyList<SpoutCommit> commits = await spout.Arrived.ReadCommitsAsync();
        Assert.Single(commits, static commit => commit.Error.Length > 0);
        Assert.InRange(commits.Count, 3, 5);
    }
}
