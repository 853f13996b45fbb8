using System.Text.Json.Nodes;

namespace Spouts.Conformance;

/// <summary>One recorded story.</summary>
/// <param name="Name">The file's path below <c>conformance/</c>, without its ending: <c>writing/recipe-one-batch</c>.</param>
/// <param name="Auth">It was played against a server with auth.</param>
public sealed record Scenario(string Name, bool Auth, JsonArray Steps)
{
    public string Area => Name[..Name.IndexOf('/', StringComparison.Ordinal)];

    public static string Directory { get; } = Path.Combine(AppContext.BaseDirectory, "conformance");

    public static IEnumerable<string> Names()
        => System.IO.Directory.EnumerateFiles(Directory, "*.json", SearchOption.AllDirectories)
            .Select(file => Path.ChangeExtension(Path.GetRelativePath(Directory, file), null).Replace('\\', '/'))
            .Order(StringComparer.Ordinal);

    public static Scenario Load(string name)
    {
        JsonNode file = JsonNode.Parse(File.ReadAllText(Path.Combine(Directory, name + ".json")))!;
        return new Scenario(name, file["auth"]?.GetValue<bool>() ?? false, file["steps"]!.AsArray());
    }
}
