using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using Spouts.Generators.Diagnostics;
using Spouts.Generators.Symbols;

namespace Spouts.Generators.Analyzers.Declarations;

/// <summary>Finds <c>async void</c> in a spout's class. A source that returns nothing is reported as that.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class AsyncVoidAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [Rules.AsyncVoid];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterSymbolAction(
            static context => Check((IMethodSymbol)context.Symbol, context.Symbol.Locations[0], context.ReportDiagnostic), SymbolKind.Method);
        context.RegisterOperationAction(
            static context => Check(((ILocalFunctionOperation)context.Operation).Symbol, ((ILocalFunctionOperation)context.Operation).Symbol.Locations[0], context.ReportDiagnostic),
            OperationKind.LocalFunction);
        context.RegisterOperationAction(
            static context => Check(((IAnonymousFunctionOperation)context.Operation).Symbol, context.Operation.Syntax.GetLocation(), context.ReportDiagnostic),
            OperationKind.AnonymousFunction);
    }

    private static void Check(IMethodSymbol method, Location place, Action<Diagnostic> report)
    {
        if (method is { IsAsync: true, ReturnsVoid: true } && method.IsInSpout() && method.AllTriggers().Length == 0)
            report(Diagnostic.Create(Rules.AsyncVoid, place, method.Name.Length == 0 ? "this lambda" : $"'{method.Name}'"));
    }
}
