using System.Text.Json;

namespace Spouts.Build.Manifests;

/// <summary>Reads the manifest's JSON. Members that it does not know it passes by: a later generator may write more.</summary>
internal static class ManifestJson
{
    private static readonly JsonSerializerOptions Members = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    public static Manifest Parse(string json, string assembly)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            int version = document.RootElement.GetProperty("version").GetInt32();
            if (version > Manifest.Newest)
            {
                throw new BuildError(
                    ErrorCodes.NewerManifest, assembly,
                    $"The spouts' manifest is of version {version}, but this build reads only up to {Manifest.Newest}: "
                    + "give every project the same version of Spouts.Framework, and rebuild.");
            }

            if (HasNull(document.RootElement))
                throw new JsonException("null where a value should be");
            Manifest manifest = document.RootElement.Deserialize<Manifest>(Members)!;
            return manifest.Spouts.GroupBy(static spout => spout.Name).FirstOrDefault(static name => name.Count() > 1) is { } twice
                ? throw new JsonException($"two spouts named '{twice.Key}'")
                : manifest;
        }
        catch (Exception wrong) when (wrong is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new BuildError(
                ErrorCodes.UnreadableManifest, assembly,
                $"The spouts' manifest cannot be read ({wrong.Message}): rebuild the project, "
                + "and remove any [assembly: AssemblyMetadata(\"Spouts.Manifest\", ...)] that is written by hand.", wrong);
        }
    }

    /// <summary>The serializer would put null where a model says that there is none.</summary>
    private static bool HasNull(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Null => true,
        JsonValueKind.Object => element.EnumerateObject().Any(static member => HasNull(member.Value)),
        JsonValueKind.Array => element.EnumerateArray().Any(HasNull),
        _ => false,
    };
}
