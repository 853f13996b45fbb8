using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Spouts.Generators.Tests.Incremental;

/// <summary>The generator remembers spouts; whatever is edited, it must come to what it would come to without its memory.</summary>
public sealed class MemoryTests
{
    private const string Spouts =
        """
        using Demo.Types;
        using Spouts;

        namespace Demo;

        [Spout(Names.Clicks)]
        public sealed class Clicks(IFeed feed, IFeed? maybe)
        {
            [Poll(Names.Interval)]
            public SpoutFile[] Fetch(Cursor<Position> at, Cursor<Stage?> stage) => feed == maybe ? [] : [SpoutFile.Text("/a", "")];
        }

        [Spout("wrong")]
        public sealed class Wrong : Base
        {
            [Poll("often")]
            public SpoutFile[] Fetch() => [];
        }
        """;

    private const string Types =
        """
        namespace Demo.Types;

        public static class Names
        {
            public const string Clicks = "clicks";
            public const string Interval = "30s";
        }

        public interface IFeed;

        public enum Stage { First, Second }

        public class Base { public int Unused() { return 1; } }

        public record Position(string? Topic, int Page)
        {
            public int Next { get => Page + 1; }
            public Stage At { get; init; }
        }
        """;

    private const string Parts =
        """
        using Spouts;

        namespace Demo;

        [Spout("parts")]
        public sealed partial class Parts;
        """;

    private const string Part =
        """
        using Spouts;

        namespace Demo;

        public sealed partial class Parts
        {
            [Poll("1m")]
            public SpoutFile[] Fetch(Types.IFeed? feed) => [];
        }
        """;

    [Theory]
    [InlineData("Types.cs", "\"clicks\"", "\"views\"")]
    [InlineData("Types.cs", "\"clicks\"", "\"CLICKS\"")]
    [InlineData("Types.cs", "\"30s\"", "\"31s\"")]
    [InlineData("Types.cs", "string? Topic", "string Topic")]
    [InlineData("Types.cs", "int Page)", "long Page)")]
    [InlineData("Types.cs", "=> Page + 1;", "=> Page + 2;")]
    [InlineData("Types.cs", "init;", "get_;")]
    [InlineData("Types.cs", "return 1;", "return 2;")]
    [InlineData("Types.cs", "public enum Stage", "internal enum Stage")]
    [InlineData("Types.cs", "enum Stage { First, Second }", "record struct Stage(int A);")]
    [InlineData("Types.cs", "public record Position(", "public class Position(")]
    [InlineData("Types.cs", "public interface IFeed;", "public interface IFeed;\n")]
    [InlineData("Spouts.cs", "Demo;", "Demo; public record Position(int A);")]
    [InlineData("Spouts.cs", "IFeed? maybe", "IFeed maybe")]
    [InlineData("Spouts.cs", "[SpoutFile.Text(\"/a\", \"\")]", "[]")]
    [InlineData("Spouts.cs", "often", "2s")]
    [InlineData("Spouts.cs", "using Spouts;", "using Spouts;\n\n")]
    [InlineData("Part.cs", "1m", "2m")]
    [InlineData("Part.cs", "1m", "x")]
    [InlineData("Part.cs", "Types.IFeed? feed", "System.Uri a")]
    [InlineData("Part.cs", "using Spouts;", "using Spouts;\n\n")]
    [InlineData("Parts.cs", "sealed ", "abstract ")]
    [InlineData("Usings.cs", "global using System;", "global using System; global using Position = System.Guid;")]
    public void What_is_remembered_is_what_would_be_found(string file, string old, string @new)
    {
        Dictionary<string, string> program = new(StringComparer.Ordinal)
        {
            ["Usings.cs"] = "global using System;", ["Spouts.cs"] = Spouts, ["Types.cs"] = Types, ["Parts.cs"] = Parts, ["Part.cs"] = Part,
        };
        CSharpCompilation before = Program(program);
        GeneratorDriver driver = Compiled.Driver().RunGenerators(before, TestContext.Current.CancellationToken);
        SyntaxTree edited = before.SyntaxTrees.Single(tree => tree.FilePath == file);
        program[file] = program[file].Replace(old, @new, StringComparison.Ordinal);
        Assert.NotEqual(program[file], edited.ToString());

        // Forth, and back to a text that was there before.
        CSharpCompilation after = before.ReplaceSyntaxTree(edited, Compiled.Tree(program[file], file));
        GeneratorDriver second = driver.RunGenerators(after, TestContext.Current.CancellationToken);
        GeneratorDriver third = second.RunGenerators(before, TestContext.Current.CancellationToken);

        Assert.Equal(Fresh(program), Said(second));
        Assert.Equal(Said(driver), Said(third));
    }

    [Fact]
    public void A_reference_that_comes_is_seen()
    {
        CSharpCompilation before = Program(new(StringComparer.Ordinal) { ["Spouts.cs"] = Spouts });
        GeneratorDriver driver = Compiled.Driver().RunGenerators(before, TestContext.Current.CancellationToken);
        CSharpCompilation library = Program(new(StringComparer.Ordinal) { ["Types.cs"] = Types })
            .WithAssemblyName("Library")
            .WithOptions(before.Options.WithOutputKind(OutputKind.DynamicallyLinkedLibrary));

        driver = driver.RunGenerators(before.AddReferences(library.ToMetadataReference()), TestContext.Current.CancellationToken);

        Assert.Contains("\"clicks\"", Said(driver), StringComparison.Ordinal);
    }

    private static string Fresh(Dictionary<string, string> program) =>
        Said(Compiled.Driver().RunGenerators(Program(program), TestContext.Current.CancellationToken));

    private static CSharpCompilation Program(Dictionary<string, string> files) =>
        Compiled.Program("").AddSyntaxTrees(files.Select(static file => Compiled.Tree(file.Value, file.Key)));

    private static string Said(GeneratorDriver driver) => string.Join("\n",
    [
        .. driver.GetRunResult().Results.Single().GeneratedSources.Select(static file => file.SourceText.ToString()),
        .. driver.GetRunResult().Diagnostics.Select(static mistake => mistake.ToString()),
    ]);
}
