using System.Reflection;

namespace Spouts.Generators.Tests;

/// <summary>Records that are legal C# and seldom written: each is saved, and comes back as it was.</summary>
public sealed class RecordCursorTests
{
    [Theory]
    [InlineData("decimal", "decimal.MaxValue")]
    [InlineData("decimal", "decimal.MinValue")]
    [InlineData("decimal", "0.1234567890123456789012345678m")]
    [InlineData("decimal", "1.100m")]
    [InlineData("decimal?", "-1.10m")]
    [InlineData("double", "0.1")]
    [InlineData("double", "-0.0")]
    [InlineData("double", "double.Epsilon")]
    [InlineData("double", "double.MaxValue")]
    [InlineData("double", "double.NaN")]
    [InlineData("double?", "double.NegativeInfinity")]
    [InlineData("float", "0.1f")]
    [InlineData("float", "float.MaxValue")]
    [InlineData("float", "-0f")]
    [InlineData("float?", "float.PositiveInfinity")]
    [InlineData("sbyte", "sbyte.MinValue")]
    [InlineData("int", "int.MinValue")]
    [InlineData("long", "long.MinValue")]
    [InlineData("long?", "long.MaxValue")]
    [InlineData("ulong", "ulong.MaxValue")]
    [InlineData("ushort?", "7")]
    [InlineData("bool?", "false")]
    [InlineData("char", @"'\''")]
    [InlineData("char", @"'\ud800'")]
    [InlineData("char?", @"'\\'")]
    [InlineData("string", @"""\"" \\ { } \r\n\0 \u2028 ü 💧""")]
    [InlineData("string?", @"""\ud83d \udca7""")]
    [InlineData("Level", "Level.High")]
    [InlineData("Level", "(Level)77")]
    [InlineData("Level?", "Level.Low")]
    [InlineData("Days", "Days.Monday | Days.Friday")]
    [InlineData("Days", "Days.All")]
    [InlineData("DateTime", "default")]
    [InlineData("Guid?", "default")]
    [InlineData("Offset", "default")]
    [InlineData("Offset?", "null")]
    [InlineData("Nested", "default")]
    public void A_member_that_the_ledger_lacks_is_the_default_that_its_author_wrote(string type, string @default)
    {
        Assembly program = Compile(
            $$"""
            public enum Level : sbyte { Low = -5, High = 5 }
            [Flags] public enum Days : ulong { None, Monday = 1, Friday = 16, All = ulong.MaxValue }
            public record struct Offset(int Partition = 5) { public long At { get; init; } = 3; public Offset() : this(7) { } }
            public record struct Nested(Inner Inner);
            public sealed record Inner(int A = 1);
            public sealed record P(int First, {{type}} A = {{@default}})
            {
                public static object? Written() => Of();
                private static object? Of({{type}} a = {{@default}}) => a;
            }
            """,
            "P");
        object? written = program.GetType("P")!.GetMethod("Written")!.Invoke(null, null);

        object? read = program.GetType("P")!.GetProperty("A")!.GetValue(GeneratedCodec.Of(program, "P").Read("{}"));

        Assert.Equal(GeneratedCodec.Describe(written), GeneratedCodec.Describe(read));
    }

    [Fact]
    public void A_default_that_only_metadata_can_say_counts()
    {
        Assembly program = Compile(
            """
            using System.Runtime.CompilerServices;
            using System.Runtime.InteropServices;
            public sealed record P(
                [Optional, DateTimeConstant(638000000000000000)] DateTime At,
                [Optional, DecimalConstant(2, 0, 0, 0, 1230)] decimal Price);
            """,
            "P");

        Assert.Equal("P { At = 09/28/2022 22:13:20, Price = 12.30 }", GeneratedCodec.Of(program, "P").Read("{}")?.ToString());
    }

    [Theory]
    [InlineData("public sealed record P(int x, int X);", "new P(1, 2)")]
    [InlineData("public sealed record P(int X, int x, long xX);", "new P(1, 2, 3)")]
    [InlineData("public sealed record P(int x) { public int X { get; init; } }", "new P(1) { X = 2 }")]
    [InlineData("public sealed class Q(); public record struct P { public int Ab { get; init; } public readonly int aB; public P(int ab, int aB) { Ab = ab; this.aB = aB; } }", "new P(1, 2)")]
    [InlineData("public sealed record P(Tagged<(int A, string? B)> T); public sealed record Tagged<T>(long At);", "new P(new Tagged<(int A, string? B)>(3))")]
    [InlineData("public sealed record P(Tagged<int[,]> T, Tagged<int[][]> U, Tagged<Func<int?, string>> V, Tagged<(int, int)> W, Tagged<(int X, int Y)> X, Tagged<dynamic> Y); public sealed record Tagged<T>(long At);", "new P(new(1), new(2), new(3), new(4), new(5), new(6))")]
    [InlineData("public sealed record P(X_B.C X, X.B_C Y, X.B.C Z); public static class X_B { public record C(int A); } public static class X { public record B_C(int A); public static class B { public record C(int A); } }", "new P(new(1), new(2), new(3))")]
    [InlineData("public sealed record P(int @class, int @int, int @field) { public required int @event { get; init; } public int @value, @saved, @made; }", "new P(1, 2, 3) { @event = 4, @value = 5, saved = 6, made = 7 }")]
    [InlineData("public sealed record P(@class Ünï, int Größe); public sealed record @class(int _);", "new P(new(1), 2)")]
    [InlineData("public record B(int A); public sealed record P(int A, int C) : B(A);", "new P(1, 2)")]
    [InlineData("public struct P(int a, string? b) { public int A { get; set; } = a; public readonly string? B { get; } = b; }", "new P(1, null)")]
    [InlineData("public sealed record P(Outer<int>.@event A, Outer<string?>.@event B); public static class Outer<T> { public record @event(T @in); }", "new P(new(1), new(null))")]
    [InlineData("public sealed record P(List<Box<int?[]?>?>? A, Box<Box<byte[]>> B); public record Box<T>(T? A = default, params T[] More);", "new P([new([1, null]), null], new(new([7]), new Box<byte[]>([8], [])))")]
    [InlineData("public sealed record P(DayOfWeek A = (DayOfWeek)9, in int B = 3) { public IReadOnlyList<DayOfWeek?> C = [(DayOfWeek)(-1), null]; }", "new P((DayOfWeek)5)")]
    [InlineData("public sealed record P { public int A { get; init; } [System.Diagnostics.CodeAnalysis.SetsRequiredMembers] public P() => A = 5; public required int B { get; init; } = 7; }", "new P { A = 1, B = 2 }")]
    [InlineData("public sealed record P(bool Is) { [Obsolete] public int Old { get; init; } [Obsolete(\"x\", DiagnosticId = \"OLD1\")] public int Older { get; init; } [System.Diagnostics.CodeAnalysis.Experimental(\"NEW1\")] public int New { get; init; } }", "new P(true)")]
    [InlineData("public sealed record P(int A) { [Obsolete(\"gone\", error: true)] public int Gone { get; init; } = 3; }", "new P(1)")]
    public void A_legal_record_comes_back_as_it_was(string records, string value)
    {
        Assembly program = Compile($$"""{{records}} public static class Author { public static object Value() => {{value}}; }""", "P");
        GeneratedCodec codec = GeneratedCodec.Of(program, "P");
        object written = program.GetType("Author")!.GetMethod("Value")!.Invoke(null, null)!;

        Assert.Equal(GeneratedCodec.Describe(written), GeneratedCodec.Describe(codec.Read(codec.Write(written))));
        Assert.Equal(GeneratedCodec.Describe(codec.Initial()), GeneratedCodec.Describe(codec.Read("{}")));
    }

    [Fact]
    public void A_record_is_kept_alike_with_nullable_on_and_off()
    {
        Assembly program = Compiled.Run(
            """
            using Spouts;
            public sealed record Inner(int A);
            public sealed record Box<T>(T Value);
            [Spout("on")] public class On { [Poll("1s")] public SpoutFile[] Fetch(Cursor<Box<Inner>> last, Cursor<Box<Inner?>> maybe) => []; }
            #nullable disable
            [Spout("off")] public class Off { [Poll("1s")] public SpoutFile[] Fetch(Cursor<Box<Inner>> last) => []; }
            """).Clean().Load();

        Assert.Equal(
            ["Box { Value =  }", "Box { Value = Inner { A = 0 } }"],
            program.GetType("Spouts.Generated.CursorCodecs", throwOnError: true)!.GetProperties()
                .Where(static property => property.Name.StartsWith("Box", StringComparison.Ordinal))
                .Select(property => GeneratedCodec.Of(program, property.Name).Initial()?.ToString())
                .Distinct()
                .Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("public record B(int A); public sealed record P(string X) : B(1) { public new string A { get; init; } = X; }", "'P.A' hides a member of its base")]
    [InlineData("public sealed record P { public P(int xx) => (xX, Xx) = (xx, xx); public int xX { get; } public int Xx { get; } }", "'P' has no constructor whose parameters are all members of it")]
    [InlineData("public struct P(int a) { public int B { get; set; } public readonly int Twice() => a * 2; }", "'P.a' would be lost")]
    [InlineData("public struct P(int a) { public int A { get; set; } = a; public readonly int First() => a; }", "'P.a' would be lost")]
    public void A_record_that_would_not_come_back_is_refused(string records, string expected)
    {
        Outcome outcome = Compiled.Run(
            $$"""
            {{records}}
            [Spouts.Spout("a")] public class A { [Spouts.Poll("1s")] public Spouts.SpoutFile[] Fetch(Spouts.Cursor<P> last) => []; }
            """);

        Microsoft.CodeAnalysis.Diagnostic mistake = Assert.Single(outcome.Reported);
        Assert.Equal("SPOUT011", mistake.Id);
        Assert.Contains(expected, mistake.GetMessage(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("string", @"new[] { ""\ud83d"", ""a\udca7"", ""\ud83d\udca7"", """", ""{}"" }")]
    [InlineData("char", @"new[] { '\ud83d', 'a', '\udca7', '1' }")]
    [InlineData("Dictionary<string, string>", @"new[] { new Dictionary<string, string> { [""\ud800""] = ""\udc00"", [""a""] = """" }, new() { [""""] = ""b"" }, new() }")]
    public void Half_a_surrogate_pair_is_saved(string type, string values)
    {
        Assembly program = Compile(
            $$"""public sealed record P({{type}} A) { public static object[] Values() => Array.ConvertAll({{values}}, static one => (object)new P(one)); }""", "P");
        GeneratedCodec codec = GeneratedCodec.Of(program, "P");

        Assert.All(
            (object[])program.GetType("P")!.GetMethod("Values")!.Invoke(null, null)!,
            value => Assert.Equal(GeneratedCodec.Describe(value), GeneratedCodec.Describe(codec.Read(codec.Write(value)))));
    }

    [Fact]
    public void A_member_is_saved_under_the_name_that_its_author_gives_it_in_JSON()
    {
        Assembly program = Compile(
            """
            using System.Text.Json.Serialization;
            public sealed record P([property: JsonPropertyName("page-no")] int Page, [property: JsonPropertyName("Page")] int Size = 10);
            """,
            "P");
        GeneratedCodec codec = GeneratedCodec.Of(program, "P");

        Assert.Equal("""{"page-no":0,"Page":10}""", codec.Write(codec.Initial()));
        Assert.Equal("P { Page = 3, Size = 10 }", codec.Read("""{"page-no":3,"Size":4}""")?.ToString());
    }

    [Fact]
    public void A_member_that_JSON_ignores_is_not_saved()
    {
        Assembly program = Compile(
            """
            using System.Text.Json.Serialization;
            public sealed record P(int Page, [property: JsonIgnore] int Seen = 4)
            {
                [JsonIgnore] public Uri? Home { get; init; }
                [JsonIgnore] public required Lazy<int>? Total { get; init; }
                [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] public int Kept { get; init; } = 2;
                [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public int Always { get; init; }
            }
            """,
            "P");
        GeneratedCodec codec = GeneratedCodec.Of(program, "P");

        Assert.Equal("""{"Page":0,"Kept":2,"Always":0}""", codec.Write(codec.Initial()));
        Assert.Equal("P { Page = 3, Seen = 4, Home = , Total = , Kept = 5, Always = 0 }", codec.Read("""{"Page":3,"Seen":9,"Home":"x","Kept":5}""")?.ToString());
    }

    [Theory]
    [InlineData("[property: JsonPropertyName(\"b\")] int A, int b", "two of its members are saved as 'b'")]
    [InlineData("[property: JsonPropertyName(\"\\ud800\")] int A", "the name that '[JsonPropertyName]' gives 'P.A' is not text")]
    public void Names_in_JSON_that_cannot_be_kept_are_refused(string members, string expected)
    {
        Outcome outcome = Compiled.Run(
            $$"""
            using System.Text.Json.Serialization;
            public sealed record P({{members}});
            [Spouts.Spout("a")] public class A { [Spouts.Poll("1s")] public Spouts.SpoutFile[] Fetch(Spouts.Cursor<P> last) => []; }
            """);

        Assert.Contains(expected, Assert.Single(outcome.Reported).GetMessage(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);
    }

    private static Assembly Compile(string records, string cursor) => Compiled.Run(
        $$"""
        {{records}}
        [Spouts.Spout("a")] public class A { [Spouts.Poll("1s")] public Spouts.SpoutFile[] Fetch(Spouts.Cursor<{{cursor}}> last) => []; }
        """).Clean().Load();
}
