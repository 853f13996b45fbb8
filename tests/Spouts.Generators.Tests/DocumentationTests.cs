using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Spouts.Generators.Diagnostics;

namespace Spouts.Generators.Tests;

/// <summary>Each rule has its row and its page, and the page is true.</summary>
public sealed partial class DocumentationTests
{
    private static readonly DiagnosticDescriptor[] All =
        [.. typeof(Rules).GetFields(BindingFlags.Static | BindingFlags.Public).Select(static rule => (DiagnosticDescriptor)rule.GetValue(null)!)];

    /// <summary>Mistakes of the project, which no source shows by itself.</summary>
    private static readonly string[] OfProjects = ["SPOUT046", "SPOUT056", "SPOUT057"];

    public static TheoryData<string> AllIds => [.. All.Select(static rule => rule.Id)];

    public static TheoryData<string> Ids => [.. All.Select(static rule => rule.Id).Except(OfProjects)];

    [Fact]
    public void Ids_are_unique_and_in_order() =>
        Assert.Equal(All.Select(static rule => rule.Id).Distinct().Order(StringComparer.Ordinal), All.Select(static rule => rule.Id));

    [Fact]
    public void The_release_table_has_each_rule()
    {
        string[] rows = [.. File.ReadLines(Repo("src/Spouts.Generators/AnalyzerReleases.Unshipped.md")).Where(static row => row.StartsWith("SPOUT", StringComparison.Ordinal))];

        Assert.Equal(All.Select(static rule => $"{rule.Id} | {rule.Category} | {rule.DefaultSeverity} | {rule.Title}"), rows);
    }

    [Theory]
    [MemberData(nameof(AllIds))]
    public void A_page_is_titled_like_its_rule_and_listed(string id)
    {
        DiagnosticDescriptor rule = All.Single(rule => rule.Id == id);

        Assert.StartsWith($"# {id}: {rule.Title}\n", Page(id), StringComparison.Ordinal);
        Assert.Contains($"| [{id}]({id}.md) | {rule.Title} |\n", Page("README"), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(AllIds))]
    public void A_diagnostic_links_to_its_page(string id)
    {
        string link = All.Single(rule => rule.Id == id).HelpLinkUri;

        Assert.Equal($"docs/diagnostics/{id}.md", link);
        Assert.True(File.Exists(Repo(link)), link);
    }

    [Theory]
    [InlineData("C:\\Users\\me\\.nuget\\packages\\spouts.framework\\1.0.0\\analyzers\\dotnet\\cs\\Spouts.Generators.dll", "file:///C:/Users/me/.nuget/packages/spouts.framework/1.0.0/docs/diagnostics/SPOUT001.md")]
    [InlineData("/a b/analyzers/dotnet/cs/Spouts.Generators.dll", "file:///a%20b/docs/diagnostics/SPOUT001.md")]
    [InlineData("/lib/net/spouts.framework/1.0.0/lib/net10.0/Spouts.Framework.dll", "file:///lib/net/spouts.framework/1.0.0/docs/diagnostics/SPOUT001.md")]
    [InlineData("/repo/src/Spouts.Generators/bin/Debug/netstandard2.0/Spouts.Generators.dll", "docs/diagnostics/SPOUT001.md")]
    [InlineData("", "docs/diagnostics/SPOUT001.md")]
    public void A_link_leads_into_the_package(string file, string expected) => Assert.Equal(expected, HelpLinks.To("SPOUT001", file));

    [Theory]
    [MemberData(nameof(Ids))]
    public void The_invalid_example_has_the_mistake_and_only_that(string id)
    {
        Outcome outcome = Compiled.Run(Example(id, "Invalid"), OutputKind.DynamicallyLinkedLibrary);

        Assert.Equal([id], outcome.Reported.Select(static mistake => mistake.Id).Distinct());
        Assert.Empty(outcome.Complaints);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void The_fixed_example_has_none(string id) =>
        Assert.NotEmpty(Compiled.Run(Example(id, "Fixed"), OutputKind.DynamicallyLinkedLibrary).Clean().Generated);

    internal static string Example(string id, string heading) => "using Spouts;\n" + Examples()
        .Matches(Page(id))
        .Single(example => example.Groups["heading"].Value == heading)
        .Groups["code"].Value;

    private static string Page(string name) => File.ReadAllText(Repo($"docs/diagnostics/{name}.md"));

    private static string Repo(string path)
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Spouts.sln")))
            folder = folder.Parent;
        Assert.NotNull(folder);
        return Path.Combine(folder.FullName, path);
    }

    [GeneratedRegex("## (?<heading>[A-Za-z]+)\n\n```csharp\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Examples();
}
