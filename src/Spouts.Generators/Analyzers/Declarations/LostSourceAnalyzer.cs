using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Spouts.Generators.Diagnostics;
using Spouts.Generators.Parsing;
using Spouts.Generators.Symbols;

namespace Spouts.Generators.Analyzers.Declarations;

/// <summary>
/// Finds sources, and cursors of sources, that the exported spec of a spout names and its class has no more, neither by their name nor as
/// the former name of another: they were renamed, and the program would not start.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class LostSourceAnalyzer : DiagnosticAnalyzer
{
    private const string SpecFile = "pipeline.json";

    private static readonly Regex Sources = new("\"spouts/sources\": \"([^\"]*)\"", RegexOptions.CultureInvariant);

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [Rules.LostSource];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationStartAction(static start =>
        {
            ImmutableArray<AdditionalText> specs = start.Options.AdditionalFiles.RemoveAll(static file => Path.GetFileName(file.Path) != SpecFile);
            if (!specs.IsEmpty)
                start.RegisterSymbolAction(context => Check(context, specs), SymbolKind.NamedType);
        });
    }

    private static void Check(SymbolAnalysisContext context, ImmutableArray<AdditionalText> specs)
    {
        var type = (INamedTypeSymbol)context.Symbol;
        if (type.Attribute(KnownTypes.SpoutAttribute) is not { } attribute || !attribute.TryGetText(out string spout))
            return;
        AdditionalText? spec = specs.FirstOrDefault(file => Path.GetFileName(Path.GetDirectoryName(file.Path)) == spout);
        if (spec?.GetText(context.CancellationToken)?.ToString() is not { } text || Sources.Match(text) is not { Success: true } exported)
            return;
        IMethodSymbol[] methods = [.. SourceMethods.Of(type).Where(static method => !method.AllTriggers().IsEmpty)];
        foreach (ExportedSource source in ExportedSource.Parse(Regex.Unescape(exported.Groups[1].Value)))
        {
            if (Array.Find(methods, method => Names(method).Contains(source.Name)) is not { } method)
                Report($"a source '{source.Name}'", $"set FormerName = \"{source.Name}\" on the one");
            else
                ReportLostCursors(source, method);
        }

        void ReportLostCursors(ExportedSource source, IMethodSymbol method)
        {
            HashSet<string> known = new(method.Parameters.Where(static parameter => parameter.Type.Is(KnownTypes.Cursor)).SelectMany(CursorNames), StringComparer.Ordinal);
            foreach (string cursor in source.Cursors.Where(cursor => !known.Contains(cursor)))
                Report($"a cursor '{cursor}' of the source '{source.Name}'", $"set [Cursor(FormerName = \"{cursor}\")] on the parameter");
        }

        void Report(string what, string cure) => context.ReportDiagnostic(Diagnostic.Create(Rules.LostSource, type.Locations[0], spout, what, cure));
    }

    /// <summary>The names by which the ledger may know a source.</summary>
    private static IEnumerable<string> Names(IMethodSymbol method) => method.AllTriggers()
        .SelectMany(trigger => new[] { trigger.Text("Name") ?? method.Name, trigger.Text("FormerName") })
        .OfType<string>();

    /// <summary>The names by which the ledger may know a cursor.</summary>
    private static IEnumerable<string> CursorNames(IParameterSymbol cursor) =>
        new[] { cursor.Name, SourceMethods.Annotation(cursor, KnownTypes.CursorAttribute)?.Text("FormerName") }.OfType<string>();
}
