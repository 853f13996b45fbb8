using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Spouts.Build.Manifests;

namespace Spouts.Build.Rendering;

/// <summary>Renders what <c>pachctl create pipeline -f</c> takes: only fields of Pachyderm's own CreatePipeline request.</summary>
internal static class PipelineSpec
{
    /// <summary>
    /// The annotation that names the spout's sources and their cursors. An exported copy of the spec tells the compiler by it when one of them was renamed.
    /// </summary>
    private const string SourcesKey = "spouts/sources";

    private const string DefaultBranch = "master";

    private static readonly JsonWriterOptions Readable = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The spec of one spout.</summary>
    /// <param name="spout">The spout.</param>
    /// <param name="project">The Pachyderm project; empty to leave it to pachctl.</param>
    /// <param name="image">The container image.</param>
    /// <param name="command">What the worker starts; it ignores the image's entry point.</param>
    public static string Render(ManifestSpout spout, string project, string image, IEnumerable<string> command)
    {
        using MemoryStream bytes = new();
        using (Utf8JsonWriter json = new(bytes, Readable))
        {
            json.WriteStartObject();
            WritePipeline(json, spout.Name, project);
            if (spout.Description is { } description)
                json.WriteString("description", description);
            WriteMetadata(json, spout);
            WriteTransform(json, image, command, spout.Secrets);
            if (spout.Parallelism != 1)
            {
                json.WriteStartObject("parallelismSpec");
                json.WriteNumber("constant", spout.Parallelism);
                json.WriteEndObject();
            }

            if (spout.OutputBranch != DefaultBranch)
                json.WriteString("outputBranch", spout.OutputBranch);
            WriteResources(json, "resourceRequests", spout.Resources.Cpu, spout.Resources.Memory, spout.Resources.Disk);
            WriteResources(json, "resourceLimits", spout.Resources.CpuLimit, spout.Resources.MemoryLimit, spout.Resources.DiskLimit);
            WriteSpout(json, spout.Service);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.ToArray()).Replace("\r\n", "\n") + "\n";
    }

    private static void WritePipeline(Utf8JsonWriter json, string name, string project)
    {
        json.WriteStartObject("pipeline");
        if (project.Length > 0)
        {
            json.WriteStartObject("project");
            json.WriteString("name", project);
            json.WriteEndObject();
        }

        json.WriteString("name", name);
        json.WriteEndObject();
    }

    private static void WriteMetadata(Utf8JsonWriter json, ManifestSpout spout)
    {
        Dictionary<string, string> annotations = spout.Annotations.ToDictionary(static entry => entry.Key, static entry => entry.Value, StringComparer.Ordinal);
        if (spout.Sources.Count > 0)
            annotations[SourcesKey] = string.Join(",", spout.Sources.Select(Listed));
        if (annotations.Count == 0 && spout.Labels.Count == 0)
            return;
        json.WriteStartObject("metadata");
        WriteMap(json, "annotations", annotations);
        WriteMap(json, "labels", spout.Labels);
        json.WriteEndObject();
    }

    private static string Listed(ManifestSource source) => source.Cursors.Count == 0
        ? source.Name
        : $"{source.Name}({string.Join(", ", source.Cursors.Select(static cursor => $"{cursor.Name}: {cursor.Type}"))})";

    private static void WriteMap(Utf8JsonWriter json, string name, IReadOnlyDictionary<string, string> map)
    {
        if (map.Count == 0)
            return;
        json.WriteStartObject(name);
        foreach (KeyValuePair<string, string> entry in map.OrderBy(static entry => entry.Key, StringComparer.Ordinal))
            json.WriteString(entry.Key, entry.Value);
        json.WriteEndObject();
    }

    private static void WriteTransform(Utf8JsonWriter json, string image, IEnumerable<string> command, IReadOnlyList<ManifestSecret> secrets)
    {
        json.WriteStartObject("transform");
        json.WriteString("image", image);
        json.WriteStartArray("cmd");
        foreach (string word in command)
            json.WriteStringValue(word);
        json.WriteEndArray();
        if (secrets.Count > 0)
        {
            json.WriteStartArray("secrets");
            foreach (ManifestSecret secret in secrets)
                WriteSecret(json, secret);
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void WriteSecret(Utf8JsonWriter json, ManifestSecret secret)
    {
        json.WriteStartObject();
        json.WriteString("name", secret.Name);
        WriteText(json, "key", secret.Key);
        WriteText(json, "mountPath", secret.MountPath);
        WriteText(json, "envVar", secret.Environment);
        json.WriteEndObject();
    }

    private static void WriteResources(Utf8JsonWriter json, string name, double? cpu, string? memory, string? disk)
    {
        if (cpu is null && memory is null && disk is null)
            return;
        json.WriteStartObject(name);
        if (cpu is { } processors)
            json.WriteNumber("cpu", processors);
        WriteText(json, "memory", memory);
        WriteText(json, "disk", disk);
        json.WriteEndObject();
    }

    private static void WriteSpout(Utf8JsonWriter json, ManifestService? service)
    {
        json.WriteStartObject("spout");
        if (service is not null)
        {
            json.WriteStartObject("service");
            json.WriteNumber("internalPort", service.Port);
            json.WriteNumber("externalPort", service.ExternalPort);
            json.WriteString("type", service.Type);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter json, string name, string? text)
    {
        if (text is not null)
            json.WriteString(name, text);
    }
}
