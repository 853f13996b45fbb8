using Spouts.Ledgers;
using Spouts.Tests.Publishing;
using Spouts.Tests.Scheduling;

namespace Spouts.Tests.Adversary;

/// <summary>Ledgers that another version has written: an earlier one is read, a later one refused or carried along.</summary>
public sealed class FormerLedgerTests(PachdFixture pachd) : IClassFixture<PachdFixture>
{
    // As version 7667e8f wrote them, for the items a and b, and then c beside a cursor.
    private const string Final =
        """spouts/1 #1 1 file 4 B {"n":1,"id":"4a9e5e082a224b38b4e67e9f944757bf","files":1,"bytes":4,"sources":{"Fetch":{"items":["ypeBEsobvcr6wjGz","PiPoFgA5WUoziU9l"],"n":1}}}""";

    private const string WithCursor =
        """spouts/1 #2 1 file 2 B {"n":2,"id":"033441c2c8c54386adcdc47e425bc808","files":1,"bytes":2,"sources":{"Fetch":{"n":2,"cursor":{"at":7},"items":["ypeBEsobvcr6wjGz","PiPoFgA5WUoziU9l","Ln0sA6lQeuJl7PW1"]}}}""";

    private const string Pending =
        """spouts/1 pending {"id":"393d5c6d70b846ddbdec8131831e3ce3","parent":"2dfd571dd79846d0a330198bfac64f3d","size":6,"before":{"n":2,"id":"033441c2c8c54386adcdc47e425bc808","files":1,"bytes":2,"sources":{"Fetch":{"n":2,"cursor":{"at":7},"items":["ypeBEsobvcr6wjGz","PiPoFgA5WUoziU9l","Ln0sA6lQeuJl7PW1"]}}},"after":{"n":3,"id":"393d5c6d70b846ddbdec8131831e3ce3","files":1,"bytes":2,"sources":{"Fetch":{"n":3,"cursor":{"at":7},"items":["ypeBEsobvcr6wjGz","PiPoFgA5WUoziU9l","Ln0sA6lQeuJl7PW1"]}}},"witness":{"path":"/log","size":8}}""";

    [Theory]
    [InlineData(Final, "c|d|")]
    [InlineData(WithCursor, "d|")]
    public async Task What_an_earlier_version_published_is_acknowledged_and_not_written_again(string description, string written)
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        using Process process = new(pachd, spout);
        await WriteAsync(spout, description);
        Deliveries queue = new("a", "b", "c", "d");
        using Running running = new(spout, queue.Poll());

        await running.OnceAsync();

        Assert.Equal(["a", "b", "c", "d"], queue.Acknowledged);
        Assert.EndsWith($"files: /log={written}", await process.DescribeAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_an_earlier_version_left_open_is_read()
    {
        CommitDescription.Pending pending = Assert.IsType<CommitDescription.Pending>(CommitDescription.Parse(Pending, "c"));

        Assert.Equal(["ypeBEsobvcr6", "PiPoFgA5WUoz", "Ln0sA6lQeuJl"], pending.After.Entry(TestSpout.Source).Items);
        Assert.All(pending.After.Entry(TestSpout.Source).ItemBatches.SelectMany(static batch => batch.Items), static item => Assert.Null(item.Content));
    }

    [Theory]
    [InlineData("""{"ids":{"later":1}}""")]
    [InlineData("""{"ids":["later"]}""")]
    [InlineData("""{"ids":[{"h":0,"i":"abc"}]}""")]
    [InlineData("""{"ids":[{"h":0,"i":"","later":1}]}""")]
    [InlineData("""{"items":[{"later":1}]}""")]
    [InlineData("""{"items":["of a later length"]}""")]
    [InlineData("null")]
    public void Ids_of_a_later_version_are_refused(string entry) => Assert.Throws<SpoutConfigurationException>(() =>
        CommitDescription.Parse($$$"""spouts/1 void #1 {"n":1,"id":"x","sources":{"Fetch":{{{entry}}}}}""", "c"));

    [Fact]
    public async Task What_a_later_version_keeps_beside_them_is_carried_along()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        await WriteAsync(spout, """spouts/1 void #1 {"n":1,"id":"x","sources":{"Fetch":{"n":1,"later":[1]}},"later":{"too":2}}""");
        Deliveries queue = new("a");
        using Running running = new(spout, queue.Poll());

        await running.OnceAsync();

        string head = await spout.Repo.HeadAsync(CancellationToken.None);
        string description = (await spout.Repo.InspectAsync(head, CancellationToken.None)).Description;
        Assert.Contains("\"later\":[1]", description, StringComparison.Ordinal);
        Assert.Contains("\"later\":{\"too\":2}", description, StringComparison.Ordinal);
    }

    private static async Task WriteAsync(TestSpout spout, string description)
    {
        string commit = await spout.Repo.StartAsync("", CancellationToken.None);
        await spout.Repo.FinishAsync(commit, description, CancellationToken.None);
    }
}
