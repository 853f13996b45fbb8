namespace Spouts.Generators.Tests;

/// <summary>A source that the exported spec names and the class has no more was renamed.</summary>
public sealed class LostSourceTests
{
    [Theory]
    [InlineData("Fetch,Orders", "[Poll(\"1s\")] public SpoutFile[] Fetch() => [];", "Orders")]
    [InlineData("fetch", "[Poll(\"1s\")] public SpoutFile[] Fetch() => [];", "fetch")]
    [InlineData("Fetch", "[Poll(\"1s\", Name = \"all\")] public SpoutFile[] Fetch() => [];", "Fetch")]
    [InlineData("Fetch", "public SpoutFile[] Fetch() => []; [Poll(\"1s\")] public SpoutFile[] Other() => [];", "Fetch")]
    public void What_is_gone_is_reported(string exported, string members, string gone)
    {
        string message = Assert.Single(Run(exported, members));

        Assert.Contains($"source '{gone}', which is gone: set FormerName = \"{gone}\"", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Fetch(last: long)", "[Poll(\"1s\")] public SpoutFile[] Fetch(Cursor<long> position) => [];", "last")]
    [InlineData("Inherited,Fetch(seen: Dictionary<string, (int, int[])>, at: (int, long)),Orders", "[Poll(\"1s\")] public SpoutFile[] Fetch(Cursor<int> seen, Uri at) => []; [Poll(\"1s\")] public SpoutFile[] Orders() => [];", "at")]
    [InlineData("Old(gr\\u00f6\\u00dfe: int, at: int)", "[Poll(\"1s\", FormerName = \"Old\")] public SpoutFile[] Fetch(Cursor<int> at) => [];", "größe")]
    public void A_cursor_that_is_gone_is_reported(string exported, string members, string gone)
    {
        string message = Assert.Single(Run(exported, members));

        Assert.Contains($"a cursor '{gone}' of the source '", message, StringComparison.Ordinal);
        Assert.Contains($"which is gone: set [Cursor(FormerName = \"{gone}\")] on the parameter", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Fetch(last: long)", "[Poll(\"1s\")] public SpoutFile[] Fetch(Cursor<string> last, Cursor<int> added) => [];")]
    [InlineData("Fetch(last: long)", "[Poll(\"1s\")] public SpoutFile[] Fetch([Cursor(FormerName = \"last\")] Cursor<long> position) => [];")]
    [InlineData("Fetch", "[Poll(\"1s\")] public SpoutFile[] Fetch(Cursor<long> position) => [];")]
    [InlineData("Fetch", "[Poll(\"1s\")] public SpoutFile[] Fetch() => [];")]
    [InlineData("Fetch", "[Poll(\"1s\")] public SpoutFile[] Fetch() => []; [Poll(\"1s\")] public SpoutFile[] Added() => [];")]
    [InlineData("Fetch", "[Schedule(\"@daily\", FormerName = \"Fetch\")] public SpoutFile[] Download() => [];")]
    [InlineData("all", "[Poll(\"1s\", Name = \"all\")] public SpoutFile[] Fetch() => [];")]
    [InlineData("Inherited,Fetch", "[Poll(\"1s\")] public SpoutFile[] Fetch() => [];")]
    public void What_is_there_is_not(string exported, string members) => Assert.Empty(Run(exported, members));

    [Fact]
    public void The_spec_of_another_spout_says_nothing_of_this_one() =>
        Assert.Empty(Run("Orders", "[Poll(\"1s\")] public SpoutFile[] Fetch() => [];", spout: "views"));

    private static string[] Run(string exported, string members, string spout = "clicks") =>
        [.. Compiled.Run(
            $$"""
            // The exported spouts/{{spout}}/pipeline.json has "spouts/sources": "{{exported}}".
            using Spouts;
            public abstract class Base { [Poll("1m")] public SpoutFile[] Inherited() => []; }
            [Spout("clicks")] public class Clicks : Base { {{members}} }
            """)
            .Reported.Where(static mistake => mistake.Id == "SPOUT053")
            .Select(static mistake => mistake.GetMessage(System.Globalization.CultureInfo.InvariantCulture))];
}
