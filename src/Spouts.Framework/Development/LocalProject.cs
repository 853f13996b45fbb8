using System.Text.Json;

namespace Spouts.Development;

/// <summary>
/// What the build leaves beside a program that runs on a developer's machine, and never publishes: where the local pachd is, and
/// the folder of the project, which keeps its state.
/// </summary>
/// <param name="Pachd">The local pachd's program.</param>
/// <param name="Folder">The project's folder.</param>
internal sealed record LocalProject(string Pachd, string Folder)
{
    private const string FileName = "spouts.local.json";

    /// <summary>Where the local pachd keeps what it knows.</summary>
    public string State => Path.Combine(Folder, ".spouts");

    /// <summary>The project that the running program was built from; null for a published program.</summary>
    /// <exception cref="SpoutConfigurationException">The file is damaged.</exception>
    public static LocalProject? Find(string folder)
    {
        string path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
            return null;
        try
        {
            using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(path));
            return new(
                json.RootElement.GetProperty("pachd").GetString() ?? throw new JsonException("'pachd' is null"),
                json.RootElement.GetProperty("project").GetString() ?? throw new JsonException("'project' is null"));
        }
        catch (Exception wrong) when (wrong is JsonException or KeyNotFoundException or InvalidOperationException or IOException)
        {
            throw new SpoutConfigurationException($"{path} cannot be read ({wrong.Message}). Build the project again.", wrong);
        }
    }
}
