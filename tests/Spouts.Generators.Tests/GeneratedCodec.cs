using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Spouts.Generators.Tests;

/// <summary>The generated codec of a cursor's type, of which a test knows the name only.</summary>
internal sealed class GeneratedCodec(object codec)
{
    public object Codec { get; } = codec;

    public static GeneratedCodec Of(Assembly program, string name) =>
        new(program.GetType("Spouts.Generated.CursorCodecs", throwOnError: true)!.GetProperty(name)!.GetValue(null)!);

    public object? Initial() => Call("Initial");

    public string Write(object? value) => ((JsonNode?)Call("Write", value))?.ToJsonString() ?? "null";

    public object? Read(string json)
    {
        using JsonDocument saved = JsonDocument.Parse(json);
        return Call("Read", saved.RootElement);
    }

    /// <summary>A value in all its parts, so that two are equal when all of these are.</summary>
    public static string Describe(object? value) => value switch
    {
        null => "null",
        string text => Escape(text),
        char c => Escape(c.ToString()),
        DateTime time => $"{time:O} {time.Kind}",
        DateTimeOffset or TimeOnly => string.Create(CultureInfo.InvariantCulture, $"{value:O}"),
        double.NaN or float.NaN => "NaN",
        double number => BitConverter.DoubleToInt64Bits(number).ToString("x", CultureInfo.InvariantCulture),
        float number => BitConverter.SingleToInt32Bits(number).ToString("x", CultureInfo.InvariantCulture),
        Enum => $"{value.GetType().Name} {value:D}",
        System.Collections.IDictionary map => $"{{{string.Join(", ", map.Keys.Cast<string>().Order(StringComparer.Ordinal).Select(key => $"{Escape(key)}: {Describe(map[key])}"))}}}",
        System.Collections.IEnumerable elements => $"[{string.Join(", ", elements.Cast<object?>().Select(Describe))}]",
        _ when value.GetType().Namespace is "System" => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        _ => $"({string.Join(", ", Members(value.GetType()).Select(member => $"{member.Name} = {Describe(Value(member, value))}"))})",
    };

    public static MemberInfo[] Members(Type type) =>
    [
        .. type.GetProperties(BindingFlags.Instance | BindingFlags.Public),
        .. type.GetFields(BindingFlags.Instance | BindingFlags.Public),
    ];

    public static object? Value(MemberInfo member, object of) => member is PropertyInfo property ? property.GetValue(of) : ((FieldInfo)member).GetValue(of);

    // Half a surrogate pair is not a character that a message could show.
    private static string Escape(string text) => string.Concat(text.Select(static c => char.IsAsciiLetterOrDigit(c) ? $"{c}" : $"\\u{(int)c:x4}"));

    private object? Call(string function, params object?[] arguments)
    {
        object called = Codec.GetType().GetProperty(function)!.GetValue(Codec)!;
        return called.GetType().GetMethod("Invoke")!.Invoke(called, BindingFlags.DoNotWrapExceptions, null, arguments, null);
    }
}
