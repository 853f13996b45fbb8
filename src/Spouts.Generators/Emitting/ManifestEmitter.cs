using Microsoft.CodeAnalysis.Text;
using Spouts.Generators.Models;

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
            .AddAll("spouts", app.Spouts.Select(ManifestJson.Of))
            .ToString();
        SourceWriter writer = new();
        writer.Write(Header.Text);
        writer.Write($"[assembly: global::System.Reflection.AssemblyMetadata(\"Spouts.Manifest\", {Literal(manifest)})]");
        return writer.ToSourceText();
    }

    /// <summary>
    /// A raw string that takes JSON as it is. In ASCII it never holds three quotes in a row, nor begins or ends with one.
    /// </summary>
    private static string Literal(string json) => $"\"\"\"{json}\"\"\"";
}
