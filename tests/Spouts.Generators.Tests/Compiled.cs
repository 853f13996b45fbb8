using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace Spouts.Generators.Tests;

/// <summary>A program of a test, compiled with the real framework and the generator.</summary>
internal static partial class Compiled
{
    private const string ImplicitUsings =
        """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    /// <summary>What the SDK gives a program: the runtime and every assembly beside this test, the framework among them.</summary>
    public static ImmutableArray<MetadataReference> References { get; } =
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Select(static path => MetadataReference.CreateFromFile(path))];

    /// <summary>Every analyzer of the assembly, as the compiler finds them.</summary>
    public static ImmutableArray<DiagnosticAnalyzer> Analyzers { get; } =
        [.. typeof(SpoutGenerator).Assembly.GetTypes()
            .Where(static type => !type.IsAbstract && type.IsSubclassOf(typeof(DiagnosticAnalyzer)))
            .Select(static type => (DiagnosticAnalyzer)Activator.CreateInstance(type)!)];

    public static CSharpParseOptions ParseOptions { get; } = new(LanguageVersion.CSharp12, DocumentationMode.Parse);

    /// <summary>The program as its author wrote it.</summary>
    public static CSharpCompilation Program(string source, OutputKind kind = OutputKind.ConsoleApplication) => CSharpCompilation.Create(
        "Demo",
        [Tree(ImplicitUsings, "GlobalUsings.g.cs"), Tree(source, "Demo.cs")],
        References,
        new CSharpCompilationOptions(kind, nullableContextOptions: NullableContextOptions.Enable, warningLevel: 9999));

    public static SyntaxTree Tree(string source, string path) =>
        CSharpSyntaxTree.ParseText(source, ParseOptions, path, cancellationToken: TestContext.Current.CancellationToken);

    public static GeneratorDriver Driver() => CSharpGeneratorDriver.Create(
        [new SpoutGenerator().AsSourceGenerator()],
        parseOptions: ParseOptions,
        driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));

    /// <summary>Runs the generator, and the analyzers and the compiler on what the author and the generator wrote.</summary>
    public static Outcome Run(string source, OutputKind kind = OutputKind.ConsoleApplication) => Run(Program(source, kind));

    /// <summary>Runs them on a program that is there already.</summary>
    public static Outcome Run(CSharpCompilation program)
    {
        GeneratorDriver driver = Driver().RunGeneratorsAndUpdateCompilation(
            program, out Compilation whole, out ImmutableArray<Diagnostic> reported, TestContext.Current.CancellationToken);
        GeneratorRunResult result = Assert.Single(driver.GetRunResult().Results);
        Assert.Null(result.Exception);
        ImmutableArray<Diagnostic> found = whole
            .WithAnalyzers(Analyzers, new AnalyzerOptions(Exported(program)))
            .GetAnalyzerDiagnosticsAsync(TestContext.Current.CancellationToken)
            .GetAwaiter().GetResult();
        return new(whole, result, [.. reported, .. found]);
    }

    // What an example says of a file beside it, in a comment.
    private static ImmutableArray<AdditionalText> Exported(Compilation program) =>
        [.. program.SyntaxTrees.SelectMany(static tree => Said().Matches(tree.ToString()))
            .Select(static said => new Text(said.Groups["path"].Value, said.Groups["text"].Value))];

    [GeneratedRegex("^// The exported (?<path>[^ ]+) has (?<text>.+)\\.$", RegexOptions.Multiline)]
    private static partial Regex Said();

    private sealed class Text(string path, string content) : AdditionalText
    {
        public override string Path { get; } = path;

        public override SourceText GetText(CancellationToken cancellationToken = default) => SourceText.From(content);
    }
}
