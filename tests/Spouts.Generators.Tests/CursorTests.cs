using System.Collections.Immutable;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using Spouts.Hosting;
using Spouts.Ledgers;

namespace Spouts.Generators.Tests;

/// <summary>Compiles records, and writes them into a ledger and reads them back with the code that was generated for them.</summary>
public sealed class CursorTests
{
    private const string Everything =
        """
        namespace Demo;

        public enum Phase { Full, Delta }

        public readonly record struct Offset(int Partition, long At);

        public struct Plain { public int A; public string? B { get; set; } public readonly int C; public Plain(int c) => C = c; }

        public sealed record Everything(
            bool Bool, byte Byte, sbyte SByte, short Short, ushort UShort, int Int, uint UInt, long Long, ulong ULong,
            float Float, double Double, decimal Decimal, char Char, string String, Guid Guid)
        {
            public required DateTime DateTime { get; init; }
            public required DateTimeOffset DateTimeOffset { get; set; }
            public DateOnly DateOnly { get; init; }
            public TimeOnly TimeOnly { get; set; }
            public TimeSpan TimeSpan;
            public Int128 Int128 { get; init; }
            public UInt128 UInt128 { get; init; }
            public Phase Phase { get; init; }
            public int? MaybeInt { get; init; }
            public string? MaybeString { get; init; }
            public Phase? MaybePhase { get; init; }
            public Offset? MaybeOffset { get; init; }
            public Offset Offset { get; init; }
            public Plain Plain { get; init; }
            public byte[] Bytes { get; init; } = [];
            public string?[] Array { get; init; } = [];
            public List<Offset> List { get; init; } = [];
            public System.Collections.Immutable.ImmutableArray<Guid> Immutable { get; init; } = [];
            public IReadOnlyList<List<int>> Nested { get; init; } = [];
            public HashSet<string> Set { get; init; } = [];
            public Dictionary<string, Dictionary<string, long?>> Map { get; init; } = [];
        }
        """;

    private const string Migrating =
        """
        using System.Text.Json;
        public sealed record P(int Page, string Tag)
        {
            public static P Migrate(JsonElement old) => new(old.ValueKind switch
            {
                JsonValueKind.Number => old.GetInt32(),
                JsonValueKind.Object => old.TryGetProperty("Number", out JsonElement number) ? number.GetInt32() : -1,
                _ => throw new InvalidOperationException("unheard of"),
            }, "migrated");
            public override string ToString() => $"{Page} {Tag}";
        }
        """;

    // JSON is Unicode text: half a surrogate pair is none.
    private static readonly Gen<char> Letter = Gen.Char.Where(static c => !char.IsSurrogate(c));
    private static readonly Gen<string> Text = Gen.String[Letter, 0, 20];

    private static readonly Assembly Program = Compile(Everything, "Demo.Everything");
    private static readonly Type Record = Program.GetType("Demo.Everything", throwOnError: true)!;

    [Fact]
    public void What_is_written_is_read_back()
    {
        GeneratedCodec codec = Codec(Program, "Demo_Everything");
        Value(Record).Sample(value =>
        {
            string ledger = codec.Write(value);
            Assert.Equal(GeneratedCodec.Describe(value), GeneratedCodec.Describe(codec.Read(ledger)));
            Assert.True(JsonNode.DeepEquals(JsonNode.Parse(ledger), JsonNode.Parse(codec.Write(codec.Read(ledger)))));
        }, iter: 300);
    }

    [Fact]
    public void A_cursor_goes_through_the_ledger()
    {
        GeneratedCodec codec = Codec(Program, "Demo_Everything");
        Value(Record).Sample(value =>
        {
            Ledger ledger = Ledger.Empty.Next(new("Fetch"), Entry(codec, value), 1, 2);
            using JsonDocument read = JsonDocument.Parse(ledger.ToJson());
            SourceEntry entry = Ledger.From(read.RootElement).Entry(new("Fetch"));

            Assert.Equal(GeneratedCodec.Describe(value), GeneratedCodec.Describe(codec.Read(entry.Cursor("last").GetRawText())));
        }, iter: 100);
    }

    [Theory]

    // Nothing saved, members that are new, members that are gone, another order.
    [InlineData("{}", "0 1 x Thursday  3 []")]
    [InlineData("""{"A":7}""", "7 1 x Thursday  3 []")]
    [InlineData("""{"F":9,"Gone":{"x":[1]},"A":8,"Day":"Friday","Items":[1,2]}""", "8 1 x Friday  9 [1, 2]")]
    public void Members_may_come_and_go(string saved, string expected)
    {
        Assembly program = Compile(
            """
            public sealed record P(int A, long B = 1, string C = "x", DayOfWeek Day = DayOfWeek.Thursday)
            {
                public required string E { get; init; }
                public int F { get; init; } = 3;
                public List<int> Items { get; init; } = [];
                public override string ToString() => $"{A} {B} {C} {Day} {E} {F} [{string.Join(", ", Items)}]";
            }
            """,
            "P");

        Assert.Equal(expected, Codec(program, "P").Read(saved)?.ToString());
    }

    [Theory]
    [InlineData("""{"A":"seven"}""", "'last.A'", "Int32", "\"seven\"")]
    [InlineData("""{"A":99999999999}""", "'last.A'", "Int32", "99999999999")]
    [InlineData("""{"Days":["Friday","Doomsday"]}""", "'last.Days[1]'", "DayOfWeek", "\"Doomsday\"")]
    [InlineData("""{"Map":{"a b":{"X":null}}}""", "'last.Map[\"a b\"].X'", "Int64", "null")]
    [InlineData("""{"Map":[]}""", "'last.Map'", "Dictionary<String, Q>", "[]")]
    [InlineData("42", "'last'", "P", "42")]
    public void State_of_another_type_is_refused_with_its_place_and_a_cure(string saved, params string[] expected)
    {
        Assembly program = Compile(
            """
            public sealed record P(int A, List<DayOfWeek> Days, Dictionary<string, Q> Map);
            public sealed record Q(long X);
            """,
            "P");

        SpoutConfigurationException refused = Assert.Throws<SpoutConfigurationException>(() => Cursor(Codec(program, "P"), saved));

        Assert.All(expected, part => Assert.Contains(part, refused.Message, StringComparison.Ordinal));
        Assert.Contains("source 'Fetch'", refused.Message, StringComparison.Ordinal);
        Assert.Contains("Migrate(JsonElement old)", refused.Message, StringComparison.Ordinal);
    }

    [Theory]

    // Today's form is read as it is; anything else goes through Migrate.
    [InlineData("""{"Page":5,"Tag":"t"}""", "5 t")]
    [InlineData("""{"Tag":"t","Page":5}""", "5 t")]
    [InlineData("""{"Number":5}""", "5 migrated")]
    [InlineData("""{"Page":5,"Tag":"t","Number":6}""", "6 migrated")]
    [InlineData("""{"Page":"5","Tag":"t"}""", "-1 migrated")]
    [InlineData("""42""", "42 migrated")]
    public void A_record_says_what_becomes_of_older_state(string saved, string expected)
    {
        Assembly program = Compile(Migrating, "P");

        Assert.Equal(expected, Codec(program, "P").Read(saved)?.ToString());
    }

    [Fact]
    public void A_migration_that_fails_is_named()
    {
        Assembly program = Compile(Migrating, "P");

        SpoutConfigurationException refused = Assert.Throws<SpoutConfigurationException>(() => Cursor(Codec(program, "P"), "\"x\""));

        Assert.Contains("'last' of the source 'Fetch' could not be made from \"x\" by P.Migrate", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_record_that_derives_from_the_cursors_own_is_not_cut_down()
    {
        Assembly program = Compile("public record P(int A); public sealed record Q(int A, int B) : P(A);", "P");
        object derived = Activator.CreateInstance(program.GetType("Q", throwOnError: true)!, 1, 2)!;

        InvalidOperationException refused = Assert.Throws<InvalidOperationException>(() => Codec(program, "P").Write(derived));

        Assert.Contains("Declare the record sealed", refused.Message, StringComparison.Ordinal);
    }

    private static Assembly Compile(string records, string cursor) => Compiled.Run(
        $$"""
        {{records}}
        [Spouts.Spout("a")] public class A { [Spouts.Poll("1s")] public Spouts.SpoutFile[] Fetch(Spouts.Cursor<{{cursor}}> last) => []; }
        """).Clean().Load();

    private static GeneratedCodec Codec(Assembly program, string name) => GeneratedCodec.Of(program, name);

    private static SourceEntry Entry(GeneratedCodec codec, object? value)
    {
        SourceRun run = new("Fetch", SourceEntry.Empty, null!, default);
        object cursor = Cursor(run, codec);
        cursor.GetType().GetProperty("Value")!.SetValue(cursor, value);
        return run.Entry();
    }

    private static object Cursor(GeneratedCodec codec, string saved)
    {
        using JsonDocument entry = JsonDocument.Parse($$$"""{"cursor":{"last":{{{saved}}}}}""");
        return Cursor(new("Fetch", SourceEntry.From(entry.RootElement), new SpoutContext("a", null!), default), codec);
    }

    private static object Cursor(SourceRun run, GeneratedCodec codec) => typeof(SourceRun)
        .GetMethod(nameof(SourceRun.Cursor))!
        .MakeGenericMethod(codec.Codec.GetType().GetGenericArguments())
        .Invoke(run, BindingFlags.DoNotWrapExceptions, null, ["last", codec.Codec], null)!;

    /// <summary>Random values of a type, all of its members set.</summary>
    private static Gen<object?> Value(Type type)
    {
        if (Nullable.GetUnderlyingType(type) is { } inner)
            return Gen.OneOf(Gen.Const((object?)null), Value(inner));
        if (Simple(type) is { } simple)
            return simple;
        if (type.IsArray)
            return Elements(type.GetElementType()!, static list => list.GetType().GetMethod("ToArray")!.Invoke(list, null));
        if (type.IsGenericType)
        {
            Type element = type.GetGenericArguments()[^1];
            return type.GetGenericTypeDefinition() == typeof(List<>) || type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) ? Elements(element, static list => list)
                : type.GetGenericTypeDefinition() == typeof(HashSet<>) ? Elements(element, list => Activator.CreateInstance(type, list))
                : type.GetGenericTypeDefinition() == typeof(ImmutableArray<>) ? Elements(element, list => Immutable(list, element))
                : Entries(type, element);
        }

        MemberInfo[] members = GeneratedCodec.Members(type);
        ConstructorInfo? constructor = type.GetConstructors().OrderByDescending(static one => one.GetParameters().Length).FirstOrDefault();
        ParameterInfo[] parameters = constructor?.GetParameters() ?? [];
        Gen<object?>[] arguments = [.. parameters.Select(static parameter => Value(parameter.ParameterType))];
        MemberInfo[] settable = [.. members.Where(static member => member is PropertyInfo { CanWrite: true } or FieldInfo { IsInitOnly: false })];
        Gen<object?>[] values = [.. settable.Select(static member => Value(TypeOf(member)))];
        return Gen.Select(All(arguments), All(values), (taken, set) =>
        {
            object made = constructor is null ? Activator.CreateInstance(type)! : constructor.Invoke(taken);
            foreach ((MemberInfo member, object? value) in settable.Zip(set))
            {
                if (member is PropertyInfo property)
                    property.SetValue(made, value);
                else
                    ((FieldInfo)member).SetValue(made, value);
            }

            return (object?)made;
        });
    }

    private static Gen<object?>? Simple(Type type) => type switch
    {
        { IsEnum: true } => Gen.Int[0, Enum.GetValues(type).Length - 1].Select(index => Enum.GetValues(type).GetValue(index)),
        _ when type == typeof(bool) => Boxed(Gen.Bool),
        _ when type == typeof(byte) => Boxed(Gen.Byte),
        _ when type == typeof(sbyte) => Boxed(Gen.SByte),
        _ when type == typeof(short) => Boxed(Gen.Short),
        _ when type == typeof(ushort) => Boxed(Gen.UShort),
        _ when type == typeof(int) => Boxed(Gen.Int),
        _ when type == typeof(uint) => Boxed(Gen.UInt),
        _ when type == typeof(long) => Boxed(Gen.Long),
        _ when type == typeof(ulong) => Boxed(Gen.ULong),
        _ when type == typeof(Int128) => Boxed(Gen.Select(Gen.Long, Gen.ULong, static (high, low) => new Int128((ulong)high, low))),
        _ when type == typeof(UInt128) => Boxed(Gen.Select(Gen.ULong, Gen.ULong, static (high, low) => new UInt128(high, low))),
        _ when type == typeof(float) => Boxed(Gen.OneOf(Gen.Float, Gen.Float.Special)),
        _ when type == typeof(double) => Boxed(Gen.OneOf(Gen.Double, Gen.Double.Special)),
        _ when type == typeof(decimal) => Boxed(Gen.Decimal),
        _ when type == typeof(char) => Boxed(Letter),
        _ when type == typeof(string) => Boxed(Text),
        _ when type == typeof(Guid) => Boxed(Gen.Guid),
        _ when type == typeof(DateTime) => Boxed(Gen.Select(Gen.DateTime, Gen.Bool, static (time, isUtc) =>
            DateTime.SpecifyKind(time, isUtc ? DateTimeKind.Utc : DateTimeKind.Unspecified))),
        _ when type == typeof(DateTimeOffset) => Boxed(Gen.DateTimeOffset),
        _ when type == typeof(DateOnly) => Boxed(Gen.DateOnly),
        _ when type == typeof(TimeOnly) => Boxed(Gen.TimeOnly),
        _ when type == typeof(TimeSpan) => Boxed(Gen.TimeSpan),
        _ => null,
    };

    private static Gen<object?> Boxed<T>(Gen<T> values) => values.Select(static value => (object?)value);

    private static Gen<object?[]> All(Gen<object?>[] values) =>
        values.Aggregate(Gen.Const<object?[]>([]), static (all, next) => Gen.Select(all, next, static (first, last) => (object?[])[.. first, last]));

    private static Gen<object?> Elements(Type element, Func<object, object?> finish) => Value(element).List[0, 4].Select(values =>
    {
        var list = (System.Collections.IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(element))!;
        foreach (object? value in values)
            list.Add(value);
        return finish(list);
    });

    private static object? Immutable(object list, Type element) => typeof(ImmutableArray)
        .GetMethods()
        .Single(static method => method.Name == nameof(ImmutableArray.CreateRange) && method.GetParameters().Length == 1)
        .MakeGenericMethod(element)
        .Invoke(null, [list]);

    private static Gen<object?> Entries(Type type, Type value) => Gen.Select(Text, Value(value)).List[0, 3].Select(entries =>
    {
        var dictionary = (System.Collections.IDictionary)Activator.CreateInstance(type)!;
        foreach ((string key, object? one) in entries)
            dictionary[key] = one;
        return (object?)dictionary;
    });

    private static Type TypeOf(MemberInfo member) => member is PropertyInfo property ? property.PropertyType : ((FieldInfo)member).FieldType;
}
