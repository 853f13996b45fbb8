using System.Text.Json;

namespace Spouts.Pachyderm;

/// <summary>A config of pachctl's, read and never written. What it says beyond contexts is left alone.</summary>
/// <param name="Path">Where it lies.</param>
/// <param name="Active">The name of the active context; empty for none.</param>
/// <param name="Contexts">The contexts, by name.</param>
internal sealed record PachConfig(string Path, string Active, IReadOnlyDictionary<string, PachContext> Contexts)
{
    /// <summary>Where pachctl's config is outside of a worker.</summary>
    public static string Find(Func<string, string?> variable) =>
        variable("PACH_CONFIG") is { Length: > 0 } named
            ? named
            : System.IO.Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".pachyderm", "config.json");

    /// <param name="path">The file.</param>
    /// <param name="hint">Why this file and no other, for messages.</param>
    /// <exception cref="SpoutConfigurationException">It is missing or damaged.</exception>
    public static PachConfig Read(string path, string hint)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(path));
            JsonElement v2 = json.RootElement.GetProperty("v2");
            string active = Text(v2, "active_context") ?? "";
            Dictionary<string, PachContext> contexts = new(StringComparer.Ordinal);
            if (v2.TryGetProperty("contexts", out JsonElement all))
            {
                foreach (JsonProperty context in all.EnumerateObject())
                    contexts.Add(context.Name, ReadContext(context.Name, path, context.Value));
            }

            return new(path, active, contexts);
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException or JsonException
            or KeyNotFoundException or InvalidOperationException or ArgumentException)
        {
            throw new SpoutConfigurationException($"The pachctl config {path} cannot be read ({wrong.Message}). {hint}", wrong);
        }
    }

    /// <exception cref="SpoutConfigurationException">There is none of that name.</exception>
    public PachContext Context(string name) => Contexts.TryGetValue(name, out PachContext? context)
        ? context
        : throw new SpoutConfigurationException(Contexts.Count == 0
            ? $"{Path} has no contexts, and so none that is called '{name}'. Make one: pachctl connect grpc://HOST:PORT"
            : $"{Path} has no context '{name}'; it has: {string.Join(", ", Contexts.Keys.Order(StringComparer.Ordinal))}.");

    private static PachContext ReadContext(string name, string path, JsonElement json) => new(
        name,
        path,
        Text(json, "pachd_address") ?? Forwarded(json),
        Text(json, "session_token"),
        Text(json, "server_cas"),
        Text(json, "project"));

    // A pachctl port-forward that runs writes down which port of this machine it took.
    private static string? Forwarded(JsonElement context) =>
        context.TryGetProperty("port_forwarders", out JsonElement ports) && ports.TryGetProperty("pachd", out JsonElement port)
            ? $"localhost:{port.GetUInt16()}"
            : null;

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out JsonElement value) && value.GetString() is { Length: > 0 } text ? text : null;
}
