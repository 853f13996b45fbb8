namespace Spouts.Architecture;

public sealed class FolderTests
{
    [Theory]
    [InlineData("Spouts.Framework", "architecture.md", "folder")]
    [InlineData("Spouts.Local", "local-pachd.md", "folder")]
    public void Folders_reference_only_what_the_table_allows(string project, string document, string heading)
    {
        IReadOnlyDictionary<string, IReadOnlySet<string>> table = LayerTable.Read(document, heading);
        List<(string From, string To, string Where)> uses = [.. new Sources(project).Uses()];

        Assert.NotEmpty(uses);
        Assert.Empty(uses
            .Where(use => !table.TryGetValue(use.From, out IReadOnlySet<string>? allowed) || !allowed.Contains(use.To))
            .Select(use => $"{use.From} -> {use.To} ({use.Where})").Distinct());
    }

    [Fact]
    public void The_local_pachd_takes_only_the_protocol_from_the_framework()
    {
        List<(string Namespace, string Where)> uses = [.. new Sources("Spouts.Local").UsesOf("Spouts.Framework")];

        Assert.NotEmpty(uses);
        Assert.Empty(uses.Where(use => !use.Namespace.StartsWith("Spouts.Pachyderm.Protos", StringComparison.Ordinal)).Select(use => use.Where));
    }

    [Fact]
    public void The_core_of_the_local_pachd_and_its_store_know_no_gRPC()
    {
        List<(string Namespace, string Where)> uses = [.. new Sources("Spouts.Local").UsesOf("Grpc.Core.Api")];

        Assert.NotEmpty(uses);
        Assert.DoesNotContain(uses, use => use.Where.StartsWith("Core", StringComparison.Ordinal));
        Assert.DoesNotContain(uses, use => use.Where.StartsWith("Store", StringComparison.Ordinal));
    }
}
