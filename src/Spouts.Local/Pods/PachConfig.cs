using System.Text.Json;
using System.Text.Json.Nodes;

namespace Spouts.Local.Pods;

/// <summary>Files in the form of Pachyderm's <c>config.json</c>: of a worker, or of pachctl.</summary>
internal static class PachConfig
{
    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true };

    /// <summary>pachctl's own, found as pachctl finds it.</summary>
    public static string PathOfUser()
        => Environment.GetEnvironmentVariable("PACH_CONFIG") is { Length: > 0 } path
            ? path
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".pachyderm", "config.json");

    /// <exception cref="InvalidDataException">It is there, and no JSON object.</exception>
    public static JsonObject Read(string path)
    {
        if (!File.Exists(path))
            return [];
        try
        {
            return JsonNode.Parse(File.ReadAllText(path)) as JsonObject ?? throw new InvalidDataException($"{path} holds no JSON object.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path} cannot be read as JSON: {e.Message}", e);
        }
    }

    /// <summary>Replaces the file at once, readable to its owner only: there may be tokens in it.</summary>
    public static void Write(string path, JsonObject config)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        string temporary = path + ".tmp";
        File.Delete(temporary);
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (StreamWriter writer = new(temporary, options))
            writer.Write(config.ToJsonString(s_indented));
        File.Move(temporary, path, overwrite: true);
    }
}
