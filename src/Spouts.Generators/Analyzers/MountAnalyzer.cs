using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Spouts.Generators.Diagnostics;

namespace Spouts.Generators.Analyzers;

/// <summary>Finds paths below <c>/pfs</c>, where other pipelines read and write.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class MountAnalyzer() : SourceAnalyzer(Rules.WritesToMount)
{
    private const string Mount = "/pfs";

    private protected override void Start(OperationBlockStartAnalysisContext body, IMethodSymbol source) =>
        body.RegisterOperationAction(
            static context =>
            {
                if (context.Operation.ConstantValue is { HasValue: true, Value: string text }
                    && (text == Mount || text.StartsWith(Mount + "/", StringComparison.Ordinal)))
                {
                    context.ReportDiagnostic(Diagnostic.Create(Rules.WritesToMount, context.Operation.Syntax.GetLocation(), text));
                }
            },
            OperationKind.Literal);
}
