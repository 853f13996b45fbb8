using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Spouts.Build.Manifests;

namespace Spouts.Build.Rendering;

/// <summary>Renders what <c>pachctl create pipeline -f</c> takes: only fields of Pachyderm's own CreatePipeline request.</summary>
internal static class PipelineSpec
{
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
            WriteTransform(json, image, command);
            if (spout.OutputBranch != DefaultBranch)
                json.WriteString("outputBranch", spout.OutputBranch);
            json.WriteStartObject("spout");
            json.WriteEndObject();
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

    private static void WriteTransform(Utf8JsonWriter json, string image, IEnumerable<string> command)
    {
        json.WriteStartObject("transform");
        json.WriteString("image", image);
        json.WriteStartArray("cmd");
        foreach (string word in command)
            json.WriteStringValue(word);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
