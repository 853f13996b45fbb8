using Microsoft.CodeAnalysis.Text;
using Spouts.Generators.Models;
using Spouts.Generators.Symbols;

namespace Spouts.Generators.Emitting;

/// <summary>
/// Writes the manifest: the facts of the program's spouts as JSON inside the assembly, where the build reads them without
/// running it.
/// </summary>
internal static class ManifestEmitter
{
    private const int Version = 1;

    public static SourceText Emit(AppModel app)
    {
        string manifest = new JsonObject()
            .Add("version", Version)
            .AddAll("spouts", Spouts(app))
            .ToString();
        SourceWriter writer = new();
        writer.Write(Header.Text);
        writer.Write($"[assembly: global::System.Reflection.AssemblyMetadata(\"{KnownTypes.ManifestKey}\", {Literal(manifest)})]");
        return writer.ToSourceText();
    }

    /// <summary>Those of the program and of its libraries, in ordinal order of their names.</summary>
    private static IEnumerable<string> Spouts(AppModel app) => app.Spouts
        .Select(static spout => (spout.Name, Json: ManifestJson.Of(spout).ToString()))
        .Concat(app.Host.Spouts.Select(static spout => (spout.Name, Json: spout.Manifest)))
        .GroupBy(static spout => spout.Name, static (_, sameName) => sameName.First(), StringComparer.Ordinal)
        .OrderBy(static spout => spout.Name, StringComparer.Ordinal)
        .Select(static spout => spout.Json);

    /// <summary>
    /// A raw string that takes JSON as it is. In ASCII it never holds three quotes in a row, nor begins or ends with one.
    /// </summary>
    public static string Literal(string json) => $"\"\"\"{json}\"\"\"";
}
