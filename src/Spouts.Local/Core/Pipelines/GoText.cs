using System.Text.Json;
using System.Text.Json.Nodes;

namespace Spouts.Local.Core.Pipelines;

/// <summary>Prints JSON values the way Go's %v and %T do, for the texts of errors.</summary>
internal static class GoText
{
    public static string Print(JsonNode? value) => value switch
    {
        null => "<nil>",
        JsonObject obj => "map[" + string.Join(' ', obj.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"{p.Key}:{Print(p.Value)}")) + "]",
        JsonArray array => "[" + string.Join(' ', array.Select(Print)) + "]",
        _ when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>(),
        _ => value.ToJsonString(),
    };

    public static string TypeOf(JsonNode? value) => value?.GetValueKind() switch
    {
        null => "<nil>",
        JsonValueKind.Object => "map[string]interface {}",
        JsonValueKind.Array => "[]interface {}",
        JsonValueKind.String => "string",
        JsonValueKind.Number => "json.Number",
        JsonValueKind.Null => "<nil>",
        _ => "bool",
    };
}
