using System.Xml.Linq;

namespace Spouts.Architecture;

public sealed class ProjectTests
{
    [Fact]
    public void Projects_reference_only_what_the_table_of_the_architecture_allows()
    {
        IReadOnlyDictionary<string, IReadOnlySet<string>> table = LayerTable.Read("architecture.md", "project");
        string[] projects = [.. Directory.GetDirectories(Path.Combine(Repository.Root, "src")).Select(Path.GetFileName).Order(StringComparer.Ordinal)!];

        Assert.Equal(table.Keys.Order(StringComparer.Ordinal), projects);
        Assert.All(projects, project => Assert.Subset(table[project].ToHashSet(), References(project)));
    }

    private static HashSet<string> References(string project) =>
        [.. XDocument.Load(Path.Combine(Repository.Project(project), $"{project}.csproj"))
            .Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension((string)reference.Attribute("Include")!))];
}
