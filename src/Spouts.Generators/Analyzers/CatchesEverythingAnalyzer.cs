using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using Spouts.Generators.Diagnostics;
using Spouts.Generators.Symbols;

namespace Spouts.Generators.Analyzers;

/// <summary>Finds <c>catch</c> clauses for any exception, without a filter, after which the run goes on.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class CatchesEverythingAnalyzer() : SourceAnalyzer(Rules.CatchesEverything)
{
    private protected override void Start(OperationBlockStartAnalysisContext body, IMethodSymbol source) =>
        body.RegisterOperationAction(
            context =>
            {
                var clause = (ICatchClauseOperation)context.Operation;
                bool catchesAll = clause.Filter is null
                    && (clause.ExceptionType.Is("System.Exception") || clause.ExceptionType is { SpecialType: SpecialType.System_Object });
                if (catchesAll && !clause.Handler.Descendants().Any(static inner => inner is IThrowOperation))
                    context.ReportDiagnostic(Diagnostic.Create(Rule, ((CatchClauseSyntax)clause.Syntax).CatchKeyword.GetLocation(), source.Name));
            },
            OperationKind.CatchClause);
}
