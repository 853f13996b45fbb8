using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Spouts.Generators.Diagnostics;
using Spouts.Generators.Parsing;
using Spouts.Generators.Symbols;

namespace Spouts.Generators.Analyzers.Declarations;

/// <summary>
/// Finds sources that the exported spec of a spout names and its class has no more, neither by their name nor as the former name of
/// another: they were renamed, and their cursors would be lost.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class LostSourceAnalyzer : DiagnosticAnalyzer
{
    private const string SpecFile = "pipeline.json";

    // The annotation as the build writes it: names of sources are letters, digits, '-' and '_'.
    private static readonly Regex Sources = new("\"spouts/sources\": \"([A-Za-z0-9_,-]*)\"", RegexOptions.CultureInvariant);

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
        HashSet<string> known = new(SourceMethods.Of(type).SelectMany(Names), StringComparer.Ordinal);
        foreach (string source in exported.Groups[1].Value.Split(',').Where(source => !known.Contains(source)))
            context.ReportDiagnostic(Diagnostic.Create(Rules.LostSource, type.Locations[0], spout, source));
    }

    /// <summary>The names by which the ledger may know a source.</summary>
    private static IEnumerable<string> Names(IMethodSymbol method) => method.AllTriggers()
        .SelectMany(trigger => new[] { trigger.Text("Name") ?? method.Name, trigger.Text("FormerName") })
        .OfType<string>();
}
