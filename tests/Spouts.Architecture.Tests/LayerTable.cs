using System.Text.RegularExpressions;

namespace Spouts.Architecture;

/// <summary>The tables of docs/architecture.md that say who may reference whom.</summary>
internal static partial class LayerTable
{
    private const string Everything = "everything";

    /// <summary>Reads the table whose first column has the given heading, below a line that contains a text.</summary>
    public static IReadOnlyDictionary<string, IReadOnlySet<string>> Read(string document, string heading)
    {
        string[] lines = File.ReadAllLines(Path.Combine(Repository.Root, "docs", document));
        int start = Array.FindIndex(lines, line => line.StartsWith($"| {heading} |", StringComparison.Ordinal));
        Assert.True(start >= 0, $"docs/{document} has no table that begins with '{heading}'.");
        Dictionary<string, string> rows = new(StringComparer.Ordinal);
        foreach (string line in lines.Skip(start + 2).TakeWhile(line => line.StartsWith('|')))
        {
            string[] cells = line.Trim('|').Split('|');
            rows.Add(Names().Match(cells[0]).Groups[1].Value, cells[^1].Trim());
        }

        return rows.ToDictionary(
            row => row.Key,
            IReadOnlySet<string> (row) => row.Value == Everything
                ? rows.Keys.ToHashSet()
                : Names().Matches(row.Value).Select(name => name.Groups[1].Value).ToHashSet());
    }

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Names();
}
