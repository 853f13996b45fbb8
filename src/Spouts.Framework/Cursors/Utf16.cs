using System.Text.Json;
using System.Text.Json.Nodes;

namespace Spouts.Hosting;

/// <summary>
/// Text as JSON. In a .NET string half a surrogate pair may stand alone, which JSON cannot say: writers put another character in its
/// place. Such text is kept by its code units, <c>{"utf16":[55357]}</c>, and a dictionary with such a key as
/// <c>["utf16",[key,value],…]</c>.
/// </summary>
internal static class Utf16
{
    private const string Mark = "utf16";

    public static JsonNode Write(string text) => IsUnicode(text)
        ? JsonValue.Create(text)
        : new JsonObject { [Mark] = new JsonArray([.. text.Select(static unit => JsonValue.Create((int)unit))]) };

    public static JsonNode Write(IEnumerable<KeyValuePair<string, JsonNode?>> entries)
    {
        KeyValuePair<string, JsonNode?>[] all = [.. entries];
        return Array.TrueForAll(all, static entry => IsUnicode(entry.Key))
            ? new JsonObject(all)
            : new JsonArray([JsonValue.Create(Mark), .. all.Select(static entry => new JsonArray(Write(entry.Key), entry.Value))]);
    }

    public static string? Read(JsonElement saved) => saved.ValueKind is JsonValueKind.Object && saved.TryGetProperty(Mark, out JsonElement units)
        ? string.Concat(units.EnumerateArray().Select(static unit => (char)unit.GetUInt16()))
        : saved.GetString();

    public static IEnumerable<KeyValuePair<string, JsonElement>> ReadEntries(JsonElement saved) =>
        saved.ValueKind is JsonValueKind.Array && saved.GetArrayLength() > 0 && saved[0].ValueKind is JsonValueKind.String && saved[0].ValueEquals(Mark)
            ? saved.EnumerateArray().Skip(1).Select(static entry => KeyValuePair.Create(Read(entry[0]) ?? "", entry[1]))
            : saved.EnumerateObject().Select(static entry => KeyValuePair.Create(entry.Name, entry.Value));

    /// <summary>Whether every surrogate has its other half.</summary>
    private static bool IsUnicode(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogatePair(text, i))
                i++;
            else if (char.IsSurrogate(text[i]))
                return false;
        }

        return true;
    }
}
