using System.Text.Json;

namespace Spouts.Build.Manifests;

/// <summary>Reads the manifest's JSON. Members that it does not know it passes by: a later generator may write more.</summary>
internal static class ManifestJson
{
    public static Manifest Parse(string json, string assembly)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            int version = document.RootElement.GetProperty("version").GetInt32();
            if (version > Manifest.Version)
            {
                throw new BuildError(
                    ErrorCodes.NewerManifest, assembly,
                    $"The spouts' manifest is of version {version}, but this build reads only up to {Manifest.Version}: "
                    + "give every project the same version of Spouts.Framework, and rebuild.");
            }

            return new([.. document.RootElement.GetProperty("spouts").EnumerateArray().Select(Spout)]);
        }
        catch (Exception wrong) when (wrong is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new BuildError(
                ErrorCodes.UnreadableManifest, assembly,
                $"The spouts' manifest cannot be read ({wrong.Message}): rebuild the project, "
                + "and remove any [assembly: AssemblyMetadata(\"Spouts.Manifest\", ...)] that is written by hand.", wrong);
        }
    }

    private static ManifestSpout Spout(JsonElement spout) => new(
        Text(spout.GetProperty("name")),
        Text(spout.GetProperty("outputBranch")),
        spout.TryGetProperty("description", out JsonElement description) ? Text(description) : null);

    private static string Text(JsonElement value) => value.GetString() ?? throw new JsonException("null where text should be");
}
