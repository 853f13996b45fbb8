using System.Diagnostics;

namespace Spouts.Build.Tests.Packaging;

/// <summary>What <c>dotnet new</c> creates works as it is.</summary>
[Collection(nameof(PackedFeed))]
public sealed class TemplateTests(PackedFeed feed)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData("Clicks", "", "Clicks", "clicks", false)]
    [InlineData("acme.web-feed2", "--source poll --cursor", "Acme_web_feed2", "acme-web-feed-2", true)]
    public void A_spout_builds_commits_a_first_file_and_publishes(string name, string options, string className, string spout, bool hasCursor)
    {
        feed.Run(".", $"new spout -n {name} {options}");
        feed.Run(name, "build -warnaserror");

        Stopwatch since = Stopwatch.StartNew();
        feed.AssertCommits(name);

        Assert.InRange(since.Elapsed, TimeSpan.Zero, Limit);
        Assert.Equal(hasCursor, File.ReadAllText(feed.Folder.File($"{name}/{className}.cs")).Contains("Cursor<", StringComparison.Ordinal));
        feed.AssertPublishes(name, spout);
    }
}
