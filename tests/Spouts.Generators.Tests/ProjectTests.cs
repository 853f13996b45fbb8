using System.Collections.Immutable;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Spouts.Generators.Tests;

/// <summary>What is wrong with a project, wherever its spouts are, and what its settings can do to a spout.</summary>
public sealed class ProjectTests
{
    private const string Spout = """[Spouts.Spout("a")] public class A { [Spouts.Poll("30s")] public Spouts.SpoutFile[] Fetch() { return new Spouts.SpoutFile[0]; } }""";
    private const string Wrong = """[Spouts.Spout("a")] public class A { [Spouts.Poll("often")] public Spouts.SpoutFile[] Fetch() => []; }""";

    [Fact]
    public void A_program_whose_last_spout_is_gone_is_told_what_its_main_hung_on()
    {
        Diagnostic hint = Assert.Single(Compiled.Run("public class A;").Reported);

        Assert.Equal(("SPOUT056", DiagnosticSeverity.Warning), (hint.Id, hint.Severity));
        Assert.Equal(
            "The program has neither a spout nor a Main: mark a class with [Spout], or write a Main", hint.GetMessage(CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("public class A;", OutputKind.DynamicallyLinkedLibrary)]
    [InlineData("System.Console.WriteLine();", OutputKind.ConsoleApplication)]
    [InlineData("public static class A { public static void Main() { } }", OutputKind.ConsoleApplication)]
    public void What_needs_no_spout_is_told_nothing(string source, OutputKind kind) => Assert.Empty(Compiled.Run(source, kind).Reported);

    [Fact]
    public void A_mistake_in_the_only_spout_is_all_that_is_reported() =>
        Assert.Equal(["SPOUT010"], Compiled.Run(Wrong).Reported.Select(static mistake => mistake.Id));

    [Theory]
    [InlineData(LanguageVersion.CSharp7_3, "7.3", Spout)]
    [InlineData(LanguageVersion.CSharp9, "9.0", Spout)]
    [InlineData(LanguageVersion.CSharp11, "11.0", Spout)]
    [InlineData(LanguageVersion.CSharp11, "11.0", Wrong)]
    public void A_version_of_CSharp_that_is_too_old_is_the_only_mistake(LanguageVersion version, string name, string source)
    {
        GeneratorDriverRunResult result = Generated(source, version);

        Diagnostic mistake = Assert.Single(result.Diagnostics);
        Assert.Equal("SPOUT046", mistake.Id);
        Assert.Contains($"C# {name}:", mistake.GetMessage(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        Assert.Empty(result.GeneratedTrees);
    }

    [Fact]
    public void A_project_without_spouts_may_be_of_any_version() =>
        Assert.Empty(Generated("public static class A { public static void Main() { } }", LanguageVersion.CSharp7_3).Diagnostics);

    [Theory]
    [InlineData(ReportDiagnostic.Suppress)]
    [InlineData(ReportDiagnostic.Hidden)]
    [InlineData(ReportDiagnostic.Warn)]
    public void An_error_with_which_a_spout_is_left_out_cannot_be_turned_off(ReportDiagnostic severity)
    {
        CSharpCompilation program = Compiled.Program($"#pragma warning disable SPOUT010\n[assembly: System.Diagnostics.CodeAnalysis.SuppressMessage(\"Spouts\", \"SPOUT010\")]\n{Wrong}");

        Outcome outcome = Compiled.Run(program.WithOptions(program.Options
            .WithSpecificDiagnosticOptions(ImmutableDictionary<string, ReportDiagnostic>.Empty.Add("SPOUT010", severity))
            .WithSyntaxTreeOptionsProvider(new Everywhere(severity))));

        Diagnostic mistake = Assert.Single(outcome.Reported);
        Assert.Equal(("SPOUT010", DiagnosticSeverity.Error, false), (mistake.Id, mistake.Severity, mistake.IsSuppressed));
    }

    [Fact]
    public void Every_error_that_the_generator_reports_is_of_that_kind() => Assert.DoesNotContain(
        typeof(Diagnostics.Rules).GetFields().Select(static field => (DiagnosticDescriptor)field.GetValue(null)!),
        static rule => rule.DefaultSeverity == DiagnosticSeverity.Error
            && rule.CustomTags.Contains(WellKnownDiagnosticTags.NotConfigurable) == Compiled.Analyzers.Any(analyzer => analyzer.SupportedDiagnostics.Contains(rule)));

    [Theory]
    [InlineData("class A { [Poll(\"30s\")] public SpoutFile[] Fetch() => []; } [Spout(\"z\")] class Z { [Poll(\"30s\")] public SpoutFile[] Fetch() => []; }", "SPOUT007")]
    [InlineData("[Spout(\"z\")] class Z { [Poll(\"30s\")] public SpoutFile[] Fetch() => [SpoutFile.Text(\"/a*\", \"\")]; }", "SPOUT014")]
    [InlineData("[Batch(Files = 1)] class X; [Spout(\"z\")] class Z { [Poll(\"30s\")] public SpoutFile[] Fetch() => []; [Batch(Files = 1)] public void No() { } }", "SPOUT030")]
    [InlineData("[Spout(\"z\")] class Z { [Poll(\"30s\")] public SpoutFile[] Fetch() { System.Threading.Thread.Sleep(1); return []; } }", "SPOUT015")]
    public void What_leaves_no_spout_out_can_be_turned_off_where_it_is(string source, string id)
    {
        source = source.Replace("[Batch(Files = 1)] class X; ", "", StringComparison.Ordinal);
        Assert.Equal([id], Compiled.Run($"using Spouts;\n{source}").Reported.Select(static mistake => mistake.Id).Distinct());

        Assert.Empty(Compiled.Run($"using Spouts;\n#pragma warning disable {id}\n{source}").Reported);
        Assert.Empty(Compiled.Run($"using Spouts;\n[assembly: System.Diagnostics.CodeAnalysis.SuppressMessage(\"Spouts\", \"{id}\")]\n{source}").Reported.Where(static mistake => !mistake.IsSuppressed));
        CSharpCompilation program = Compiled.Program($"using Spouts;\n{source}");
        Assert.Empty(Compiled.Run(program.WithOptions(program.Options.WithSyntaxTreeOptionsProvider(new Everywhere(ReportDiagnostic.Suppress)))).Reported);
    }

    private static GeneratorDriverRunResult Generated(string source, LanguageVersion version)
    {
        CSharpParseOptions options = new(version);
        CSharpCompilation program = CSharpCompilation.Create(
            "Demo",
            [CSharpSyntaxTree.ParseText(source, options, cancellationToken: TestContext.Current.CancellationToken)],
            Compiled.References,
            new CSharpCompilationOptions(OutputKind.ConsoleApplication));
        return CSharpGeneratorDriver.Create([new SpoutGenerator().AsSourceGenerator()], parseOptions: options)
            .RunGenerators(program, TestContext.Current.CancellationToken)
            .GetRunResult();
    }

    /// <summary>An <c>.editorconfig</c> that says of each diagnostic how severe it is.</summary>
    private sealed class Everywhere(ReportDiagnostic severity) : SyntaxTreeOptionsProvider
    {
        public override GeneratedKind IsGenerated(SyntaxTree tree, CancellationToken cancellationToken) => GeneratedKind.Unknown;

        public override bool TryGetDiagnosticValue(SyntaxTree tree, string diagnosticId, CancellationToken cancellationToken, out ReportDiagnostic value) =>
            TryGetGlobalDiagnosticValue(diagnosticId, cancellationToken, out value);

        public override bool TryGetGlobalDiagnosticValue(string diagnosticId, CancellationToken cancellationToken, out ReportDiagnostic value)
        {
            value = severity;
            return diagnosticId.StartsWith("SPOUT", StringComparison.Ordinal);
        }
    }
}
