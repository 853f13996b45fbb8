using System.Globalization;
using System.Text;
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
        SourceWriter writer = new();
        writer.Write(Header.Text);

        // JSON in ASCII never holds three quotes in a row, nor begins or ends with one: a raw string takes it as it is.
        writer.Write(
            $""""
            [assembly: global::System.Reflection.AssemblyMetadata("Spouts.Manifest", """{Json(app)}""")]
            """");
        return writer.ToSourceText();
    }

    private static string Json(AppModel app) =>
        Invariant($"{{\"version\":{Version},\"spouts\":[{string.Join(",", app.Spouts.Select(Json))}]}}");

    private static string Json(SpoutModel spout)
    {
        string description = spout.Description is { } text ? $",\"description\":{Json(text)}" : "";
        return $"{{\"name\":{Json(spout.Name)},\"class\":{Json(spout.Class.Replace("global::", ""))},"
            + $"\"outputBranch\":{Json(spout.OutputBranch)}{description},"
            + $"\"sources\":[{string.Join(",", spout.Sources.Select(Json))}]}}";
    }

    private static string Json(SourceModel source) =>
        $"{{\"name\":{Json(source.Name)},\"kind\":\"poll\",\"interval\":{Json(source.Interval.ToString("c", CultureInfo.InvariantCulture))}}}";

    private static string Json(string text)
    {
        StringBuilder json = new("\"");
        foreach (char c in text)
        {
            _ = c switch
            {
                '"' or '\\' => json.Append('\\').Append(c),
                < ' ' or > '~' => json.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture)),
                _ => json.Append(c),
            };
        }

        return json.Append('"').ToString();
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
