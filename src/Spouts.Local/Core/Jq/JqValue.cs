using System.Text.Json;
using System.Text.Json.Nodes;

namespace Spouts.Local.Core.Jq;

/// <summary>What jq does with values.</summary>
internal static class JqValue
{
    public static bool IsTrue(JsonNode? value) => value is not null && value.GetValueKind() != JsonValueKind.False;

    public static PachException Expected(string what, JsonNode? value) => new($"expected {what} but got: {Show(value)}");

    /// <summary>An error ends the values; it is handed to <paramref name="caught"/>, and to nobody else.</summary>
    public static IEnumerable<JsonNode?> UntilError(JqExpression expression, JsonNode? input, JqScope scope, Action<string>? caught = null)
    {
        // Made within the iteration, because some expressions fail before they have made their first value.
        IEnumerable<JsonNode?> values = new[] { input }.SelectMany(value => expression(value, scope));
        using IEnumerator<JsonNode?> each = values.GetEnumerator();
        while (true)
        {
            try
            {
                if (!each.MoveNext())
                    yield break;
            }
            catch (PachException e)
            {
                caught?.Invoke(e.Message);
                yield break;
            }

            yield return each.Current;
        }
    }

    public static JsonNode? Field(JsonNode? value, string name) => value switch
    {
        null => null,
        JsonObject obj => obj[name],
        _ => throw Expected("an object", value),
    };

    public static JsonNode? At(JsonNode? value, JsonNode? key) => (value, key?.GetValueKind()) switch
    {
        (null, JsonValueKind.String or JsonValueKind.Number) => null,
        (JsonObject obj, JsonValueKind.String) => obj[key!.GetValue<string>()],
        (JsonArray array, JsonValueKind.Number) => Item(array, (int)Math.Floor(Number(key))),
        (JsonArray, _) => throw Expected("a number for indexing an array", key),
        (JsonObject, _) => throw Expected("a string for object key", key),
        _ => throw Expected(key?.GetValueKind() == JsonValueKind.Number ? "an array" : "an object", value),
    };

    public static JsonNode? Slice(JsonNode? value, JsonNode? start, JsonNode? end)
    {
        int length = value switch
        {
            null => 0,
            JsonArray array => array.Count,
            JsonValue text when text.GetValueKind() == JsonValueKind.String => text.GetValue<string>().Length,
            _ => throw Expected("an array", value),
        };
        int from = Bound(start, 0, length), to = Math.Max(from, Bound(end, length, length));
        return value switch
        {
            null => null,
            JsonArray array => new JsonArray([.. array.Skip(from).Take(to - from).Select(item => item?.DeepClone())]),
            _ => value.GetValue<string>()[from..to],
        };
    }

    public static IEnumerable<JsonNode?> Each(JsonNode? value) => value switch
    {
        JsonArray array => array,
        JsonObject obj => obj.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Value),
        _ => throw new PachException($"cannot iterate over: {Show(value)}"),
    };

    /// <summary>The value and all that is in it, at any depth.</summary>
    public static IEnumerable<JsonNode?> Everything(JsonNode? value)
        => value is JsonArray or JsonObject ? Each(value).SelectMany(Everything).Prepend(value) : [value];

    public static JsonNode With(JsonNode whole, JsonNode? name, JsonNode? value)
    {
        JsonObject copy = (JsonObject)whole.DeepClone();
        copy[Text(name, "a string for object key")] = value?.DeepClone();
        return copy;
    }

    public static string Text(JsonNode? value, string expected = "a string")
        => value?.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : throw Expected(expected, value);

    public static double Number(JsonNode? value)
        => value?.GetValueKind() == JsonValueKind.Number
            ? value.AsValue().TryGetValue(out double number) ? number : value.Deserialize<double>()
            : throw Expected("a number", value);

    public static string Type(JsonNode? value) => value?.GetValueKind() switch
    {
        null => "null",
        JsonValueKind.String => "string",
        JsonValueKind.Number => "number",
        JsonValueKind.Array => "array",
        JsonValueKind.Object => "object",
        _ => "boolean",
    };

    public static string Print(JsonNode? value) => value is null ? "null" : Pipelines.SpecJson.Write(value);

    /// <summary>jq's order over all values: null, false, true, numbers, strings, arrays, objects.</summary>
    public static int Compare(JsonNode? left, JsonNode? right)
    {
        int rank = Rank(left).CompareTo(Rank(right));
        if (rank != 0)
            return rank;
        switch (left)
        {
            case JsonArray array:
                return CompareAll(array, (JsonArray)right!);
            case JsonObject obj:
                JsonObject other = (JsonObject)right!;
                string[] names = Names(obj), others = Names(other);
                int byNames = CompareAll(names.Select(name => (JsonNode?)name), others.Select(name => (JsonNode?)name));
                return byNames != 0 ? byNames : CompareAll(names.Select(name => obj[name]), others.Select(name => other[name]));
            case { } when left.GetValueKind() == JsonValueKind.Number:
                return Number(left).CompareTo(Number(right));
            case { } when left.GetValueKind() == JsonValueKind.String:
                return string.CompareOrdinal(left.GetValue<string>(), right!.GetValue<string>());
            default:
                return 0;
        }
    }

    public static JsonNode? Calculate(string sign, JsonNode? left, JsonNode? right)
    {
        if (sign == "+" && (left is null || right is null))
            return left ?? right;
        switch (left, right)
        {
            case (JsonArray a, JsonArray b) when sign == "+":
                return new JsonArray([.. a.Concat(b).Select(item => item?.DeepClone())]);
            case (JsonArray a, JsonArray b) when sign == "-":
                return new JsonArray([.. a.Where(item => b.All(gone => Compare(item, gone) != 0)).Select(item => item?.DeepClone())]);
            case (JsonObject a, JsonObject b) when sign == "+":
                return b.Aggregate((JsonNode)a, (whole, pair) => With(whole, pair.Key, pair.Value));
        }

        JsonValueKind? kind = left?.GetValueKind();
        if (kind == right?.GetValueKind() && kind == JsonValueKind.String && sign == "+")
            return left!.GetValue<string>() + right!.GetValue<string>();
        if (kind != JsonValueKind.Number || right?.GetValueKind() != JsonValueKind.Number)
            throw new PachException($"cannot {Verb(sign)}: {Show(left)} and {Show(right)}");
        double x = Number(left), y = Number(right);
        if (sign is "/" or "%" && y == 0)
            throw new PachException($"cannot {(sign == "/" ? "divide" : "modulo")} {Show(left)} by: {Show(right)}");
        return sign switch
        {
            "+" => x + y,
            "-" => x - y,
            "*" => x * y,
            "/" => x / y,
            _ => (double)((long)x % (long)y),
        };
    }

    /// <summary>The value with its type before it, as errors have it.</summary>
    public static string Show(JsonNode? value) => value is null ? "null" : $"{Type(value)} ({Print(value)})";

    private static string Verb(string sign) => sign switch
    {
        "+" => "add",
        "-" => "subtract",
        "*" => "multiply",
        "/" => "divide",
        _ => "modulo",
    };

    private static int CompareAll(IEnumerable<JsonNode?> left, IEnumerable<JsonNode?> right)
    {
        JsonNode?[] a = [.. left], b = [.. right];
        for (int i = 0; i < a.Length && i < b.Length; i++)
        {
            if (Compare(a[i], b[i]) is not 0 and var order)
                return order;
        }

        return a.Length.CompareTo(b.Length);
    }

    private static string[] Names(JsonObject obj) => [.. obj.Select(pair => pair.Key).Order(StringComparer.Ordinal)];

    private static int Rank(JsonNode? value) => value?.GetValueKind() switch
    {
        null => 0,
        JsonValueKind.False => 1,
        JsonValueKind.True => 2,
        JsonValueKind.Number => 3,
        JsonValueKind.String => 4,
        JsonValueKind.Array => 5,
        _ => 6,
    };

    private static JsonNode? Item(JsonArray array, int index)
    {
        int at = index < 0 ? array.Count + index : index;
        return at >= 0 && at < array.Count ? array[at] : null;
    }

    private static int Bound(JsonNode? given, int absent, int length)
    {
        if (given is null)
            return absent;
        double at = Number(given);
        return (int)Math.Clamp(at < 0 ? length + at : at, 0, length);
    }
}
