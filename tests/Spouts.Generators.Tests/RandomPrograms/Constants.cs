using System.Globalization;

namespace Spouts.Generators.Tests.RandomPrograms;

/// <summary>The simple types, and values of them at and near their ends, as C# expressions.</summary>
internal static class Constants
{
    private static readonly string[] Texts =
    [
        "", "a", "\"", "\\", "\r\n", "\0", "{}", "{0}", "\u2028", "ü", "💧", "\ud83d", "\udca7", "\udca7\ud83d", "'", "null", "$\"{x}\"", "\"\"\"", "//", "/*", "\uffff", "\u200d",
    ];

    public static IReadOnlyList<RandomType> Types { get; } =
    [
        Of("bool", "true", "false"),
        Of("byte", "0", "7", "byte.MaxValue"),
        Of("sbyte", "-1", "sbyte.MinValue", "sbyte.MaxValue"),
        Of("short", "0", "short.MinValue", "short.MaxValue"),
        Of("ushort", "1", "ushort.MaxValue"),
        new("int", static random => random.Next(3) == 0 ? "int.MinValue" : Text(random.Next(int.MinValue, int.MaxValue)), IsConstant: true),
        Of("uint", "0", "uint.MaxValue", "1u"),
        new("long", static random => random.Next(3) == 0 ? "long.MinValue" : $"{Text(random.NextInt64(long.MinValue, long.MaxValue))}L", IsConstant: true),
        Of("ulong", "0", "ulong.MaxValue", "1UL << 63"),
        new("float", static random => random.Next(2) == 0 ? Pick(random, "float.NaN", "-0f", "float.Epsilon", "float.MinValue", "float.PositiveInfinity") : $"{BitConverter.Int32BitsToSingle(random.Next() & 0x7f7fffff).ToString("R", CultureInfo.InvariantCulture)}f", IsConstant: true),
        new("double", static random => random.Next(2) == 0 ? Pick(random, "double.NaN", "-0.0", "double.Epsilon", "double.MaxValue", "double.NegativeInfinity", "0.1", "1e300") : $"{(random.NextDouble() - 0.5).ToString("R", CultureInfo.InvariantCulture)}d", IsConstant: true),
        new("decimal", static random => random.Next(2) == 0 ? Pick(random, "decimal.MaxValue", "decimal.MinValue", "0m", "1.10m", "0.0000000000000000000000000001m") : $"{new decimal(random.Next(), random.Next(), random.Next(), random.Next(2) == 0, (byte)random.Next(29)).ToString(CultureInfo.InvariantCulture)}m", IsConstant: true),
        Of("char", @"'\ud800'", @"'\''", @"'\\'", @"'\0'", "'a'", @"'\uffff'", @"'\u2028'"),
        new("string", Text, IsReference: true, IsConstant: true),
        Of("global::System.DayOfWeek", "global::System.DayOfWeek.Friday", "(global::System.DayOfWeek)(-3)", "default"),
        Computed("global::System.Guid", static random => $"new global::System.Guid({random.Next()}, {random.Next(9)}, 3, 4, 5, 6, 7, 8, 9, 10, 11)"),
        Computed("global::System.DateTime", static random => $"new global::System.DateTime({random.NextInt64(DateTime.MaxValue.Ticks)}L, global::System.DateTimeKind.{Pick(random, "Utc", "Local", "Unspecified")})"),
        Computed("global::System.DateTimeOffset", static random => $"new global::System.DateTimeOffset({random.NextInt64(TimeSpan.TicksPerDay, DateTime.MaxValue.Ticks - TimeSpan.TicksPerDay)}L, global::System.TimeSpan.FromMinutes({random.Next(-840, 841)}))"),
        Computed("global::System.DateOnly", static random => $"global::System.DateOnly.FromDayNumber({random.Next(3_000_000)})"),
        Computed("global::System.TimeOnly", static random => $"new global::System.TimeOnly({random.NextInt64(TimeSpan.TicksPerDay)}L)"),
        Computed("global::System.TimeSpan", static random => $"new global::System.TimeSpan({random.NextInt64(long.MinValue, long.MaxValue)}L)"),
        Computed("global::System.Int128", static random => Pick(random, "global::System.Int128.MinValue", $"(global::System.Int128){random.Next()}")),
        Computed("global::System.UInt128", static random => Pick(random, "global::System.UInt128.MaxValue", $"(global::System.UInt128){random.Next()}")),
        new("byte[]", static random => $"new byte[] {{ {string.Join(", ", Enumerable.Range(0, random.Next(5)).Select(_ => random.Next(256)))} }}", IsReference: true),
    ];

    /// <summary>Text, lone surrogates and all, as a literal.</summary>
    public static string Text(Random random) => Literal(random.Next(4) == 0
        ? string.Concat(Enumerable.Range(0, random.Next(6)).Select(_ => (char)random.Next(char.MaxValue + 1)))
        : string.Concat(Enumerable.Range(0, random.Next(3)).Select(_ => Pick(random, Texts))));

    public static T Pick<T>(Random random, params T[] all) => all[random.Next(all.Length)];

    public static string Literal(string text) =>
        $"\"{string.Concat(text.Select(static c => char.IsAsciiLetterOrDigit(c) ? $"{c}" : $"\\u{(int)c:x4}"))}\"";

    private static RandomType Of(string name, params string[] values) => new(name, random => Pick(random, values), IsConstant: true);

    private static RandomType Computed(string name, Func<Random, string> value) => new(name, value) { NullOrDefault = "default" };

    private static string Text(IFormattable number) => number.ToString(null, CultureInfo.InvariantCulture);
}
