using System.Text.RegularExpressions;

namespace Spouts.Build.Tests.Packaging;

/// <summary>The package <c>Spouts.Testing</c> in the tests of somebody who knows nothing of this repository.</summary>
[Collection(nameof(PackedFeed))]
public sealed partial class TestingTests(PackedFeed feed)
{
    [Fact]
    public void The_example_of_the_page_on_tests_passes_without_a_warning()
    {
        string[] blocks = [.. CSharp().Matches(File.ReadAllText(Repo.File("docs/testing.md"))).Select(static block => block.Groups[1].Value)];
        Assert.Equal(2, blocks.Length);
        feed.Run(".", "new spout -n Example --tests --no-restore");
        File.Delete(feed.Folder.File("Example/ExampleSpout.cs"));
        File.Delete(feed.Folder.File("Example/tests/ExampleSpoutTests.cs"));
        feed.Write("Example/Clicks.cs", blocks[0]);
        feed.Write("Example/tests/ClicksTests.cs", blocks[1]);

        string output = feed.Run("Example", "test tests -warnaserror");

        Assert.Matches(@"Passed: +1, ", output);
    }

    [Fact]
    public void It_takes_the_framework_of_its_own_version_and_no_other() => Assert.Contains(
        $"""<dependency id="Spouts.Framework" version="[{feed.Version}]" """,
        feed.Read("Spouts.Testing", "Spouts.Testing.nuspec"),
        StringComparison.Ordinal);

    [Fact]
    public void Without_the_local_pachd_of_the_framework_it_says_what_to_do()
    {
        feed.Run(".", "new spout -n Bare --tests --no-restore");

        string output = feed.Run("Bare", "test tests -p:SpoutsLocalPachd=", succeeds: false);

        Assert.Contains("Reference the package Spouts.Testing in the project of the tests", output, StringComparison.Ordinal);
    }

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CSharp();
}
