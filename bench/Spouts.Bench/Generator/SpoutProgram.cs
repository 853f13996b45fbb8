using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Spouts.Bench.Generator;

/// <summary>A program of many spouts, each in a file of its own, and what somebody types into it.</summary>
internal sealed class SpoutProgram(int spouts)
{
    /// <summary>The kind of edit after which code has to be written again.</summary>
    public const string ChangesSpout = "an interval";

    /// <summary>The kinds of edit, by what changes.</summary>
    public static IReadOnlyList<string> Edits { get; } = ["another file", "the body of a source", "a line above a spout", ChangesSpout];

    private static readonly CSharpParseOptions s_parse = new(LanguageVersion.CSharp12);
    private static readonly MetadataReference[] s_references =
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(path => MetadataReference.CreateFromFile(path))];

    public static GeneratorDriver Driver(IIncrementalGenerator generator)
        => CSharpGeneratorDriver.Create([generator.AsSourceGenerator()], parseOptions: s_parse);

    public CSharpCompilation Compile() => CSharpCompilation.Create(
        "Bench",
        [Tree(Other(0), "Other.cs"), .. Enumerable.Range(0, spouts).Select(number => Tree(Spout(number, "", "30s", 0), File(number)))],
        s_references,
        new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable));

    /// <summary>The program after an edit; each turn is in another file and leaves another text.</summary>
    public CSharpCompilation Edit(CSharpCompilation program, string edit, int turn)
    {
        int number = turn % spouts;
        (string file, string text) = edit switch
        {
            "another file" => ("Other.cs", Other(turn)),
            "the body of a source" => (File(number), Spout(number, "", "30s", turn)),
            "a line above a spout" => (File(number), Spout(number, new string('\n', turn), "30s", 0)),
            ChangesSpout => (File(number), Spout(number, "", $"{turn + 30}s", 0)),
            _ => throw new ArgumentOutOfRangeException(nameof(edit), edit, "No such edit."),
        };
        return program.ReplaceSyntaxTree(program.SyntaxTrees.Single(tree => tree.FilePath == file), Tree(text, file));
    }

    private static string File(int number) => string.Create(CultureInfo.InvariantCulture, $"Clicks{number}.cs");

    private static SyntaxTree Tree(string text, string path) => CSharpSyntaxTree.ParseText(text, s_parse, path);

    private static string Other(int value) => $$"""static class Other { public static int Value() => {{value}}; }""";

    private static string Spout(int number, string above, string interval, int value) =>
        $$"""
        {{above}}using System.Collections.Generic;
        using System.Net.Http;
        using System.Runtime.CompilerServices;
        using System.Threading;
        using Spouts;

        namespace Bench;

        [Spout("clicks-{{number}}", Description = "Clicks of shop {{number}}.")]
        public sealed class Clicks{{number}}(HttpClient http)
        {
            private const string Shop = "http://shop-{{number}}/";

            [Poll("{{interval}}")]
            public async IAsyncEnumerable<SpoutFile> Fetch(Cursor<long> last, [EnumeratorCancellation] CancellationToken stop)
            {
                string page = await http.GetStringAsync(Shop + last.Value, stop);
                last.Value += {{value}};
                yield return SpoutFile.Text($"/{last.Value}", page);
            }

            private static int Unrelated(int value) => value + {{value}};
        }
        """;
}
