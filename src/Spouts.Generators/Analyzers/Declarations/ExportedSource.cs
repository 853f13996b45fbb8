namespace Spouts.Generators.Analyzers.Declarations;

/// <summary>A source as the exported spec lists it.</summary>
internal sealed class ExportedSource
{
    private ExportedSource(string name, IReadOnlyList<string> cursors) => (Name, Cursors) = (name, cursors);

    public string Name { get; }

    /// <summary>The names of its cursors; none in a spec that an earlier version wrote.</summary>
    public IReadOnlyList<string> Cursors { get; }

    /// <summary>Reads the annotation as the build writes it: <c>Fetch(last: long, seen: Dictionary&lt;string, int&gt;),Orders</c>.</summary>
    public static IEnumerable<ExportedSource> Parse(string annotation)
    {
        foreach (string source in Elements(annotation))
        {
            int cursors = source.IndexOf('(');
            yield return cursors < 0
                ? new(source, [])
                : new(source.Substring(0, cursors), [.. Elements(source.Substring(cursors + 1, source.Length - cursors - 2)).Select(static cursor => cursor.Split(':')[0])]);
        }
    }

    /// <summary>What commas separate that are not within brackets of any kind.</summary>
    private static IEnumerable<string> Elements(string list)
    {
        int depth = 0, begin = 0;
        for (int i = 0; i < list.Length; i++)
        {
            depth += list[i] is '(' or '<' or '[' ? 1 : list[i] is ')' or '>' or ']' ? -1 : 0;
            if (depth > 0 || list[i] != ',')
                continue;
            yield return list.Substring(begin, i - begin).Trim();
            begin = i + 1;
        }

        yield return list.Substring(begin).Trim();
    }
}
