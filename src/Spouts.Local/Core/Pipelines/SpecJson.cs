using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Spouts.Local.Core.Pipelines;

/// <summary>JSON as the real server writes and merges it.</summary>
internal static class SpecJson
{
    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Compact, keys in byte order, numbers as their author wrote them.</summary>
    public static string Write(JsonNode? node)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream, s_options))
            Write(writer, node);
        return new StringBuilder(Encoding.UTF8.GetString(stream.ToArray()))
            .Replace("<", "\\u003c").Replace(">", "\\u003e").Replace("&", "\\u0026").ToString();
    }

    /// <summary>RFC 7396: what the patch names replaces, a null deletes.</summary>
    public static JsonNode? Merge(JsonNode? target, JsonNode? patch)
    {
        if (patch is not JsonObject changes)
            return patch?.DeepClone();
        JsonObject merged = target is JsonObject old ? (JsonObject)old.DeepClone() : [];
        foreach ((string name, JsonNode? value) in changes)
        {
            if (value is null)
                merged.Remove(name);
            else
                merged[name] = Merge(merged[name], value);
        }

        return merged;
    }

    /// <summary>The object that is a member of another; made, if there is none.</summary>
    public static JsonObject Part(JsonObject whole, string name)
    {
        if (whole[name] is JsonObject part)
            return part;
        JsonObject made = [];
        whole[name] = made;
        return made;
    }

    private static void Write(Utf8JsonWriter writer, JsonNode? node)
    {
        switch (node)
        {
            case null:
                writer.WriteNullValue();
                break;
            case JsonObject obj:
                writer.WriteStartObject();
                foreach ((string name, JsonNode? value) in obj.OrderBy(pair => pair.Key, StringComparer.Ordinal))
                {
                    writer.WritePropertyName(name);
                    Write(writer, value);
                }

                writer.WriteEndObject();
                break;
            case JsonArray array:
                writer.WriteStartArray();
                foreach (JsonNode? item in array)
                    Write(writer, item);
                writer.WriteEndArray();
                break;
            default:
                node.WriteTo(writer);
                break;
        }
    }
}
