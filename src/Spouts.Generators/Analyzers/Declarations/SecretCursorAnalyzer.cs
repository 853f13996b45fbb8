using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Spouts.Generators.Diagnostics;
using Spouts.Generators.Symbols;

namespace Spouts.Generators.Analyzers.Declarations;

/// <summary>Finds cursors that are called like secrets. A <c>token</c> is none of them: pages are counted with tokens.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class SecretCursorAnalyzer : DiagnosticAnalyzer
{
    private static readonly string[] Words = ["password", "passwd", "secret", "apikey", "credential", "connectionstring"];

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [Rules.SecretCursor];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterSymbolAction(
            static context =>
            {
                var parameter = (IParameterSymbol)context.Symbol;
                if (parameter.Type.Is(KnownTypes.Cursor)
                    && Words.Any(secret => parameter.Name.IndexOf(secret, StringComparison.OrdinalIgnoreCase) >= 0)
                    && parameter.ContainingSymbol is IMethodSymbol method && method.AllTriggers().Length > 0)
                {
                    context.ReportDiagnostic(Diagnostic.Create(Rules.SecretCursor, parameter.Locations[0], parameter.Name));
                }
            },
            SymbolKind.Parameter);
    }
}
