using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using Spouts.Generators.Diagnostics;
using Spouts.Generators.Symbols;

namespace Spouts.Generators.Analyzers.Declarations;

/// <summary>
/// Finds methods marked as sources that no spout would ever run. No code depends on them, so the generator need not look for them,
/// which would cost it more at each edit than all it does else.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class StraySourceAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [Rules.SourceOutsideSpout];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationStartAction(static start =>
        {
            SpoutClasses spouts = new(start.Compilation);
            start.RegisterSymbolAction(context => Check((IMethodSymbol)context.Symbol, spouts, context.ReportDiagnostic), SymbolKind.Method);
            start.RegisterOperationAction(
                context => Check(((ILocalFunctionOperation)context.Operation).Symbol, spouts, context.ReportDiagnostic), OperationKind.LocalFunction);
        });
    }

    private static void Check(IMethodSymbol method, SpoutClasses spouts, Action<Diagnostic> report)
    {
        if (method.Trigger() is not null && !(CanRun(method) && spouts.Has(method.ContainingType)))
            report(Diagnostic.Create(Rules.SourceOutsideSpout, method.Locations[0], method.Name));
    }

    private static bool CanRun(IMethodSymbol method) =>
        method is { MethodKind: MethodKind.Ordinary or MethodKind.ExplicitInterfaceImplementation, ContainingType.TypeKind: TypeKind.Class };
}
