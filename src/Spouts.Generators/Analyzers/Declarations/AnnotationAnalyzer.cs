using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Spouts.Generators.Diagnostics;
using Spouts.Generators.Symbols;

namespace Spouts.Generators.Analyzers.Declarations;

/// <summary>Finds annotations of sources on methods that are none.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class AnnotationAnalyzer : DiagnosticAnalyzer
{
    private static readonly ImmutableArray<(string Type, string Name)> Annotations =
        [(KnownTypes.BatchAttribute, "Batch"), (KnownTypes.RetryAttribute, "Retry")];

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [Rules.AnnotationWithoutSource];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterSymbolAction(Check, SymbolKind.Method);
    }

    private static void Check(SymbolAnalysisContext context)
    {
        var method = (IMethodSymbol)context.Symbol;
        foreach ((string type, string name) in Annotations)
        {
            if (method.Attribute(type) is { ApplicationSyntaxReference: { } written } && !CanHaveIt(method))
            {
                Location place = written.GetSyntax(context.CancellationToken).GetLocation();
                context.ReportDiagnostic(Diagnostic.Create(Rules.AnnotationWithoutSource, place, name, method.Name));
            }
        }
    }

    /// <summary>Whether it is a source, or a method of an abstract class that a spout may override and mark.</summary>
    private static bool CanHaveIt(IMethodSymbol method) =>
        !method.AllTriggers().IsEmpty
        || (method is { IsVirtual: true } or { IsAbstract: true } && method.ContainingType is { TypeKind: TypeKind.Class, IsAbstract: true });
}
