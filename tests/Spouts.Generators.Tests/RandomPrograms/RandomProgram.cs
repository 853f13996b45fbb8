using System.Text;

namespace Spouts.Generators.Tests.RandomPrograms;

/// <summary>A legal program, the same for each seed: types, spouts with cursors of these, and what its author expects of them.</summary>
internal sealed class RandomProgram
{
    private readonly Random _random;
    private readonly string _space;
    private readonly StringBuilder _source = new("#pragma warning disable\n#nullable enable\n");

    private RandomProgram(int seed, int number)
    {
        Seed = seed;
        Number = number;
        _random = new(HashCode.Combine(seed, number));
        _space = $"P{number}{Constants.Pick(_random, "", ".System", ".@class.Größe", ".Spouts.Hosting")}";
        Write();
    }

    public int Seed { get; }

    public int Number { get; }

    /// <summary>The class in which the program keeps what it sees and expects.</summary>
    public string Author => $"{_space.Replace("@", "", StringComparison.Ordinal)}.Author";

    public string Source => _source.ToString();

    /// <param name="seed">What a failing test prints.</param>
    /// <param name="number">Which of the programs of that seed.</param>
    public static RandomProgram Create(int seed, int number) => new(seed, number);

    private void Write()
    {
        _source.Append($"namespace {_space}\n{{\n");
        List<RandomType> types = [.. Constants.Types];
        types.Add(Enum());
        List<RandomRecord> records = [];
        HashSet<string> taken = ["Author", "Outer", "Spout", .. _space.Split('.').Select(static part => part.TrimStart('@'))];
        HashSet<string> within = ["Outer"];
        for (int i = _random.Next(1, 5); i > 0; i--)
        {
            AddComposed(types);
            bool isNested = _random.Next(4) == 0;
            RandomRecord record = new(
                _random, isNested ? $"global::{_space}.Outer" : $"global::{_space}", isNested ? within : taken,
                [.. types.Where(static type => type.Depth < 4)], [.. records.Where(static record => record.CanBeBase)]);
            records.Add(record);
            types.Add(record.Type);
            _source.Append(isNested ? $"    public static partial class Outer {{ {record.Declaration()} }}\n" : $"    {record.Declaration()}\n");
        }

        AddComposed(types);
        WriteSpout(types, records);
        _source.Append("}\n");
    }

    private RandomType Enum()
    {
        string underlying = Constants.Pick(_random, "int", "sbyte", "ulong");
        string end = underlying == "ulong" ? "ulong.MaxValue" : $"{underlying}.MinValue";
        _source.Append($"    {Constants.Pick(_random, "", "[global::System.Flags] ")}public enum Level : {underlying} {{ None, @class = 1, Class = 2, Both = 3, End = {end} }}\n");
        string name = $"global::{_space}.Level";
        return new(
            name,
            random => Constants.Pick(random, $"{name}.@class", $"{name}.Class", $"{name}.End", $"({name})77", $"{name}.@class | {name}.Class"),
            IsConstant: true);
    }

    private void AddComposed(List<RandomType> types)
    {
        for (int i = 4; i > 0; i--)
        {
            RandomType of = types[_random.Next(types.Count)];
            if (of.Depth > 2 || of.Name.EndsWith('?'))
                continue;
            RandomType element = _random.Next(3) == 0 ? of.OrNull() : of;
            types.Add(_random.Next(8) switch
            {
                0 when !element.Name.Contains('[', StringComparison.Ordinal) => RandomType.Array(element),
                1 => RandomType.List(element),

                // Other collections in a set are equal to nothing but themselves.
                2 when element is { Depth: 0, Name: not ("byte[]" or "byte[]?") } => RandomType.HashSet(element),
                3 => RandomType.ReadOnlyList(element),
                4 => RandomType.ImmutableArray(element),
                5 => RandomType.Dictionary(element),
                _ => of.OrNull(),
            });
        }
    }

    private void WriteSpout(List<RandomType> types, List<RandomRecord> records)
    {
        RandomType[] cursors = [.. records.Select(static record => record.Type), .. Enumerable.Range(0, _random.Next(3)).Select(_ => types[_random.Next(types.Count)])];
        RandomType[] settings = [.. Enumerable.Range(0, _random.Next(4)).Select(_ => types[_random.Next(types.Count)]).Where(static type => type.IsConstant)];
        string[] defaults = [.. settings.Select(type => type.Value(_random))];
        string[] names = [.. cursors.Select((_, i) => i switch { 0 => "@class", 1 => "größe", 2 => "services", 3 => "run", 4 => "cancellationToken", _ => $"cursor{i}" })];
        string parameters = string.Join(", ", cursors.Select((type, i) => $"global::Spouts.Cursor<{type.Name}> {names[i]}"));
        string seen = string.Join(", ", names.Select(static name => $"{name}.Value"));
        _source.Append(
            $$"""
                public static class Author
                {
                    public static object?[] Seen = new object?[0];
                    public static object?[]? Next;
                    public static object?[][] Rows() => new object?[][] { {{string.Join(", ", Enumerable.Range(0, 4).Select(_ => $"new object?[] {{ {string.Join(", ", cursors.Select(type => $"({type.Name})({type.Value(_random)})"))} }}"))}} };
                    public static object?[][] Defaults() => new object?[][] { {{string.Join(", ", records.SelectMany(static (record, i) => record.Defaults.Select(one => $"new object?[] {{ {i}, {Constants.Literal(one.Member)}, ({one.Type})({one.Value}) }}")))}} };
                    public static object?[] Settings() => new object?[] { {{string.Join(", ", settings.Zip(defaults).Select(static one => $"({one.First.Name})({one.Second})"))}} };
                }
                [global::Spouts.Spout("p{{Number}}")]
                public class Spout({{string.Join(", ", settings.Select((type, i) => $"{type.Name} setting{i} = {defaults[i]}"))}})
                {
                    public object?[] Settings => new object?[] { {{string.Join(", ", settings.Select(static (_, i) => $"setting{i}"))}} };
                    [global::Spouts.Poll("1s")]
                    public global::Spouts.SpoutFile[] Fetch({{parameters}})
                    {
                        Author.Seen = new object?[] { {{seen}} };
                        if (Author.Next is { } next)
                        {
                            {{string.Join(" ", cursors.Select((type, i) => $"{names[i]}.Value = ({type.Name})next[{i}]!;"))}}
                        }
                        return new global::Spouts.SpoutFile[0];
                    }
            #nullable disable
                    [global::Spouts.Poll("1s")]
                    public global::Spouts.SpoutFile[] Oblivious({{parameters.Replace("?", "", StringComparison.Ordinal)}}) => new global::Spouts.SpoutFile[0];
            #nullable enable
                }

            """);
    }
}
