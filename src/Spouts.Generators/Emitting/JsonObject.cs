using System.Globalization;
using System.Text;

namespace Spouts.Generators.Emitting;

/// <summary>Writes an object of JSON in ASCII, without spaces. A member whose value is null is left out.</summary>
internal sealed class JsonObject
{
    private readonly StringBuilder _json = new("{");

    public JsonObject Add(string name, string? value) => AddWritten(name, value is null ? null : Text(value));

    public JsonObject Add(string name, double? value) => AddWritten(name, value?.ToString("R", CultureInfo.InvariantCulture));

    public JsonObject Add(string name, JsonObject? value) => AddWritten(name, value?.ToString());

    /// <summary>Adds an array of values that are JSON already.</summary>
    public JsonObject AddAll(string name, IEnumerable<string>? values) =>
        AddWritten(name, values is null ? null : $"[{string.Join(",", values)}]");

    public override string ToString() => $"{_json}}}";

    private JsonObject AddWritten(string name, string? value)
    {
        if (value is not null)
            _json.Append(_json.Length > 1 ? "," : "").Append(Text(name)).Append(':').Append(value);
        return this;
    }

    private static bool IsInPair(string text, int at) =>
        char.IsSurrogatePair(text, at) || (at > 0 && char.IsSurrogatePair(text, at - 1));

    private static string Text(string text)
    {
        StringBuilder json = new("\"");
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            _ = c switch
            {
                '"' or '\\' => json.Append('\\').Append(c),

                // Half a surrogate pair is no character, and readers of JSON refuse it.
                _ when char.IsSurrogate(c) && !IsInPair(text, i) => json.Append("\\ufffd"),
                < ' ' or > '~' => json.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture)),
                _ => json.Append(c),
            };
        }

        return json.Append('"').ToString();
    }
}
