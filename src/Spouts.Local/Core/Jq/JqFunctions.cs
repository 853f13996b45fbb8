using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Spouts.Local.Core.Jq;

/// <summary>The functions that filters can call.</summary>
internal static class JqFunctions
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);

    /// <summary>Null: there is none of that name with so many arguments.</summary>
    public static JqExpression? Find(string name, IReadOnlyList<JqExpression> arguments) => arguments switch
    {
        [] => Nullary(name),
        [var f] => Unary(name, f),
        [var pattern, var flags] when name == "test" =>
            (input, scope) => flags(input, scope).SelectMany(flag => pattern(input, scope).Select(p => Test(input, p, flag))),
        [var generator, var condition] when name is "any" or "all" => Quantifier(name == "any", generator, condition),
        _ => null,
    };

    private static JqExpression? Nullary(string name) => name switch
    {
        "null" => (_, _) => [null],
        "true" => (_, _) => [true],
        "false" => (_, _) => [false],
        "empty" => (_, _) => [],
        "not" => Of(value => !JqValue.IsTrue(value)),
        "error" => (input, _) => throw new PachException($"error: {JqValue.Print(input)}"),
        "length" => Of(Length),
        "keys" => Of(Keys),
        "values" => (input, _) => input is null ? [] : [input],
        "type" => Of(value => JqValue.Type(value)),
        "tostring" => Of(value => value?.GetValueKind() == JsonValueKind.String ? value : JqValue.Print(value)),
        "tonumber" => Of(ToNumber),
        "ascii_downcase" => Of(value => JqValue.Text(value).ToLowerInvariant()),
        "ascii_upcase" => Of(value => JqValue.Text(value).ToUpperInvariant()),
        "add" => Of(value => JqValue.Each(value).Aggregate((JsonNode?)null, (sum, item) => JqValue.Calculate("+", sum, item))),
        "first" => Of(value => JqValue.At(value, 0)),
        "last" => Of(value => JqValue.At(value, -1)),
        "min" => Of(value => JqValue.Each(value).Order(s_order).FirstOrDefault()),
        "max" => Of(value => JqValue.Each(value).Order(s_order).LastOrDefault()),
        "sort" => Of(value => ArrayOf(JqValue.Each(value).Order(s_order))),
        "unique" => Of(value => ArrayOf(JqValue.Each(value).Order(s_order).DistinctBy(JqValue.Print))),
        "to_entries" => Of(value => ArrayOf(((value as JsonObject) ?? throw JqValue.Expected("an object", value))
            .OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => (JsonNode?)new JsonObject { ["key"] = pair.Key, ["value"] = pair.Value?.DeepClone() }))),
        "any" or "all" => Quantifier(name == "any", (input, _) => JqValue.Each(input), (input, _) => [input]),
        _ => null,
    };

    private static JqExpression? Unary(string name, JqExpression f) => name switch
    {
        "select" => (input, scope) => f(input, scope).Where(JqValue.IsTrue).Select(_ => input),
        "map" => (input, scope) => [ArrayOf(JqValue.Each(input).SelectMany(item => f(item, scope)))],
        "any" or "all" => Quantifier(name == "any", (input, _) => JqValue.Each(input), f),
        "first" => (input, scope) => f(input, scope).Take(1),
        "error" => (input, scope) => f(input, scope).Select<JsonNode?, JsonNode?>(value => throw new PachException($"error: {JqValue.Print(value)}")),
        "has" => With(f, Has),
        "in" => With(f, (value, whole) => Has(whole, value)),
        "contains" => With(f, (value, part) => Contains(value, part)),
        "inside" => With(f, (value, whole) => Contains(whole, value)),
        "startswith" => With(f, (value, part) => JqValue.Text(value).StartsWith(JqValue.Text(part), StringComparison.Ordinal)),
        "endswith" => With(f, (value, part) => JqValue.Text(value).EndsWith(JqValue.Text(part), StringComparison.Ordinal)),
        "ltrimstr" => With(f, (value, part) => JqValue.Text(value) is var text && text.StartsWith(JqValue.Text(part), StringComparison.Ordinal)
            ? text[JqValue.Text(part).Length..] : text),
        "rtrimstr" => With(f, (value, part) => JqValue.Text(value) is var text && text.EndsWith(JqValue.Text(part), StringComparison.Ordinal)
            ? text[..^JqValue.Text(part).Length] : text),
        "split" => With(f, (value, part) => ArrayOf(JqValue.Text(value).Split(JqValue.Text(part)).Select(piece => (JsonNode?)piece))),
        "join" => With(f, (value, part) => string.Join(
            JqValue.Text(part), JqValue.Each(value).Select(item => item?.GetValueKind() == JsonValueKind.String ? JqValue.Text(item) : item is null ? "" : JqValue.Print(item)))),
        "test" => With(f, (value, pattern) => Test(value, pattern, null)),
        "sort_by" => (input, scope) => [ArrayOf(JqValue.Each(input).OrderBy(item => ArrayOf(f(item, scope)), s_order))],
        _ => null,
    };

    private static readonly Comparer<JsonNode?> s_order = Comparer<JsonNode?>.Create(JqValue.Compare);

    private static JqExpression Of(Func<JsonNode?, JsonNode?> apply) => (input, _) => [apply(input)];

    private static JqExpression With(JqExpression argument, Func<JsonNode?, JsonNode?, JsonNode?> apply)
        => (input, scope) => argument(input, scope).Select(value => apply(input, value));

    private static JqExpression Quantifier(bool any, JqExpression generator, JqExpression condition)
        => (input, scope) => [generator(input, scope).SelectMany(item => condition(item, scope)).Any(value => JqValue.IsTrue(value) == any) == any];

    private static JsonArray ArrayOf(IEnumerable<JsonNode?> items) => new([.. items.Select(item => item?.DeepClone())]);

    private static JsonNode? Length(JsonNode? value) => value switch
    {
        null => 0,
        JsonArray array => array.Count,
        JsonObject obj => obj.Count,
        _ when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>().EnumerateRunes().Count(),
        _ when value.GetValueKind() == JsonValueKind.Number => Math.Abs(JqValue.Number(value)),
        _ => throw new PachException($"length cannot be applied to: {JqValue.Show(value)}"),
    };

    private static JsonArray Keys(JsonNode? value) => value switch
    {
        JsonObject obj => ArrayOf(obj.Select(pair => pair.Key).Order(StringComparer.Ordinal).Select(key => (JsonNode?)key)),
        JsonArray array => ArrayOf(Enumerable.Range(0, array.Count).Select(index => (JsonNode?)index)),
        _ => throw new PachException($"keys cannot be applied to: {JqValue.Show(value)}"),
    };

    private static JsonNode? Has(JsonNode? whole, JsonNode? key) => (whole, key?.GetValueKind()) switch
    {
        (JsonObject obj, JsonValueKind.String) => obj.ContainsKey(key!.GetValue<string>()),
        (JsonArray array, JsonValueKind.Number) => JqValue.Number(key) is var index && index >= 0 && index < array.Count,
        _ => throw new PachException($"has({JqValue.Print(key)}) cannot be applied to: {JqValue.Show(whole)}"),
    };

    private static bool Contains(JsonNode? whole, JsonNode? part) => (whole, part) switch
    {
        (JsonObject a, JsonObject b) => b.All(pair => a.ContainsKey(pair.Key) && Contains(a[pair.Key], pair.Value)),
        (JsonArray a, JsonArray b) => b.All(wanted => a.Any(item => JqValue.Type(item) == JqValue.Type(wanted) && Contains(item, wanted))),
        _ when JqValue.Type(whole) != JqValue.Type(part) =>
            throw new PachException($"contains({JqValue.Print(part)}) cannot be applied to: {JqValue.Show(whole)}"),
        _ when JqValue.Type(whole) == "string" => JqValue.Text(whole).Contains(JqValue.Text(part), StringComparison.Ordinal),
        _ => JqValue.Compare(whole, part) == 0,
    };

    private static JsonNode? ToNumber(JsonNode? value)
    {
        if (value?.GetValueKind() == JsonValueKind.Number)
            return value;
        return double.TryParse(JqValue.Text(value), CultureInfo.InvariantCulture, out double number)
            ? number
            : throw new PachException($"tonumber cannot be applied to: {JqValue.Show(value)}");
    }

    private static JsonNode? Test(JsonNode? value, JsonNode? pattern, JsonNode? flags)
    {
        RegexOptions options = RegexOptions.CultureInvariant;
        foreach (char flag in flags is null ? "" : JqValue.Text(flags))
        {
            options |= flag switch
            {
                'i' => RegexOptions.IgnoreCase,
                'x' => RegexOptions.IgnorePatternWhitespace,
                's' => RegexOptions.Singleline,
                'g' or 'n' => RegexOptions.None,
                _ => throw new PachException($"unsupported regular expression flag: {JqValue.Print(flags)}"),
            };
        }

        try
        {
            return Regex.IsMatch(JqValue.Text(value), JqValue.Text(pattern), options, s_patience);
        }
        catch (ArgumentException)
        {
            throw new PachException($"invalid regular expression {JqValue.Print(pattern)}");
        }
        catch (RegexMatchTimeoutException)
        {
            throw new PachException("context deadline exceeded");
        }
    }
}
