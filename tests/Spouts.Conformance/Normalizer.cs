using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Spouts.Conformance;

/// <summary>The values that a scenario saved, and the rules that make two runs comparable (conformance/README.md).</summary>
internal sealed partial class Normalizer
{
    private readonly Dictionary<string, string> _saved = [];

    public Normalizer() => _saved["n"] = "x" + Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(4));

    public void Save(string name, string value) => _saved[name] = value;

    /// <summary>Puts saved values into every string of a step.</summary>
    public JsonNode? Substitute(JsonNode? node) => Map(node, text => Repeat().Replace(
        Variable().Replace(text, match => _saved.TryGetValue(match.Groups[1].Value, out string? value)
            ? value
            : throw new KeyNotFoundException($"Nothing was saved as {match.Value}.")),
        match => new StringBuilder().Insert(0, match.Groups[2].Value, int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)).ToString()));

    /// <summary>Takes saved values out again, then hides what differs from run to run.</summary>
    public JsonNode? Normalize(JsonNode? node) => Normalize(node, "");

    private JsonNode? Normalize(JsonNode? node, string key)
    {
        switch (node)
        {
            case JsonObject obj:
                JsonObject normal = [];
                foreach ((string name, JsonNode? value) in obj)
                    normal[Restore(name)] = Normalize(value, name);
                return normal;
            case JsonArray array:
                return new JsonArray([.. array.Select(item => Normalize(item, key))]);
            case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                return Text(value.GetValue<string>(), key);
            default:
                return node?.DeepClone();
        }
    }

    private JsonNode? Text(string text, string key)
    {
        if (key.EndsWith("json", StringComparison.OrdinalIgnoreCase) && TryParse(text) is { } json)
            return new JsonObject { ["<parsed json>"] = Normalize(json, key) };
        text = Restore(text);
        return key switch
        {
            "compactingTime" or "validatingTime" => "<duration>",
            "hash" => "<hash>",
            "salt" => "<salt>",
            "token" or "authToken" or "pachToken" or "session_token" or "authTokenHash" => "<token>",
            _ => Address().Replace(Hex().Replace(CommitId().Replace(Time().Replace(text, "<time>"), "<id>"), "<hex>"), "<address>"),
        };
    }

    private string Restore(string text)
    {
        foreach ((string name, string value) in _saved.Where(pair => pair.Value.Length >= 4).OrderByDescending(pair => pair.Value.Length).ThenBy(pair => pair.Key, StringComparer.Ordinal))
            text = text.Replace(value, $"${{{name}}}", StringComparison.Ordinal);
        return text;
    }

    private static JsonNode? TryParse(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static JsonNode? Map(JsonNode? node, Func<string, string> change) => node switch
    {
        JsonObject obj => new JsonObject(obj.Select(pair => KeyValuePair.Create(pair.Key, Map(pair.Value, change)))),
        JsonArray array => new JsonArray([.. array.Select(item => Map(item, change))]),
        JsonValue value when value.GetValueKind() == JsonValueKind.String => JsonValue.Create(change(value.GetValue<string>())),
        _ => node?.DeepClone(),
    };

    [GeneratedRegex(@"\$\{(\w+)\}")]
    private static partial Regex Variable();

    [GeneratedRegex("@repeat:([0-9]+):(.*)$", RegexOptions.Singleline)]
    private static partial Regex Repeat();

    [GeneratedRegex(@"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")]
    private static partial Regex Time();

    [GeneratedRegex("(?<![0-9a-f])[0-9a-f]{12}4[0-9a-f]{19}(?![0-9a-f])")]
    private static partial Regex CommitId();

    [GeneratedRegex("(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])")]
    private static partial Regex Hex();

    [GeneratedRegex(@"127\.0\.0\.1:\d+")]
    private static partial Regex Address();
}
