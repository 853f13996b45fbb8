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
            Lazy<HashSet<ISymbol>> bases = new(() => BasesOfSpouts(start.Compilation.Assembly.GlobalNamespace));
            start.RegisterSymbolAction(context => Check((IMethodSymbol)context.Symbol, bases, context.ReportDiagnostic), SymbolKind.Method);
            start.RegisterOperationAction(
                context => Check(((ILocalFunctionOperation)context.Operation).Symbol, bases, context.ReportDiagnostic), OperationKind.LocalFunction);
        });
    }

    private static void Check(IMethodSymbol method, Lazy<HashSet<ISymbol>> bases, Action<Diagnostic> report)
    {
        if (method.Trigger() is not null && !(CanRun(method) && IsOfSpout(method.ContainingType, bases)))
            report(Diagnostic.Create(Rules.SourceOutsideSpout, method.Locations[0], method.Name));
    }

    private static bool CanRun(IMethodSymbol method) =>
        method is { MethodKind: MethodKind.Ordinary or MethodKind.ExplicitInterfaceImplementation, ContainingType.TypeKind: TypeKind.Class };

    /// <summary>Whether a class is a spout, or one is derived from it or, since it is abstract, will be.</summary>
    private static bool IsOfSpout(INamedTypeSymbol type, Lazy<HashSet<ISymbol>> bases) =>
        type.IsAbstract || type.Attribute(KnownTypes.SpoutAttribute) is not null || bases.Value.Contains(type.OriginalDefinition);

    private static HashSet<ISymbol> BasesOfSpouts(INamespaceSymbol all)
    {
        HashSet<ISymbol> bases = new(SymbolEqualityComparer.Default);
        Stack<INamespaceOrTypeSymbol> open = new([all]);
        while (open.Count > 0)
        {
            INamespaceOrTypeSymbol container = open.Pop();
            foreach (INamespaceOrTypeSymbol within in container.GetMembers().OfType<INamespaceOrTypeSymbol>())
                open.Push(within);
            if (container is not INamedTypeSymbol spout || spout.Attribute(KnownTypes.SpoutAttribute) is null)
                continue;
            for (INamedTypeSymbol? level = spout.BaseType; level is not null; level = level.BaseType)
                bases.Add(level.OriginalDefinition);
        }

        return bases;
    }
}
