using System.Text.Json;
using System.Text.Json.Nodes;

namespace Spouts.Conformance;

/// <summary>Compares two JSON values: object keys have no order, lists do.</summary>
internal static class Difference
{
    /// <summary>Where they differ and how; null: they are equal.</summary>
    public static string? Find(JsonNode? expected, JsonNode? actual, string path = "")
    {
        switch (expected, actual)
        {
            case (null, null):
                return null;
            case (JsonObject e, JsonObject a):
                foreach (string key in e.Select(p => p.Key).Union(a.Select(p => p.Key)).Order(StringComparer.Ordinal))
                {
                    string at = $"{path}.{key}";
                    if (!a.ContainsKey(key))
                        return $"{at}: expected {Show(e[key])}, is absent";
                    if (!e.ContainsKey(key))
                        return $"{at}: expected to be absent, is {Show(a[key])}";
                    if (Find(e[key], a[key], at) is { } inner)
                        return inner;
                }

                return null;
            case (JsonArray e, JsonArray a):
                for (int i = 0; i < Math.Min(e.Count, a.Count); i++)
                {
                    if (Find(e[i], a[i], $"{path}[{i}]") is { } inner)
                        return inner;
                }

                return e.Count == a.Count ? null : $"{path}: expected {e.Count} items, are {a.Count}: {Show(e)} / {Show(a)}";
            case (JsonValue e, JsonValue a) when e.GetValueKind() == JsonValueKind.Number && a.GetValueKind() == JsonValueKind.Number:
                return decimal.Parse(e.ToJsonString(), System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture)
                    == decimal.Parse(a.ToJsonString(), System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture)
                    ? null
                    : $"{path}: expected {Show(e)}, is {Show(a)}";
            default:
                return JsonNode.DeepEquals(expected, actual) ? null : $"{path}: expected {Show(expected)}, is {Show(actual)}";
        }
    }

    private static string Show(JsonNode? node) => node?.ToJsonString() ?? "null";
}
