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
                if (catchesAll && !clause.Handler.Descendants().Any(Keeps) && !(clause.Parent is ITryOperation tried && TidiesOnly(tried.Body)))
                    context.ReportDiagnostic(Diagnostic.Create(Rule, ((CatchClauseSyntax)clause.Syntax).CatchKeyword.GetLocation(), source.Name));
            },
            OperationKind.CatchClause);

    // It is thrown again, here or, kept for that, behind the try, from where a file can be yielded; or the file goes to the dead letters with it.
    private static bool Keeps(IOperation inner) => inner switch
    {
        IThrowOperation => true,
        IAssignmentOperation { Value: var value } => Unconverted(value) is ILocalReferenceOperation { Type: { } kept } && IsException(kept),
        IInvocationOperation { TargetMethod: { Name: "Capture", ContainingType: var type } } => type.Is("System.Runtime.ExceptionServices.ExceptionDispatchInfo"),
        IInvocationOperation { TargetMethod: { Name: "AsDeadLetter", ContainingType: var type } } => type.Is(KnownTypes.SpoutFile),
        _ => false,
    };

    private static IOperation Unconverted(IOperation value) => value is IConversionOperation conversion ? conversion.Operand : value;

    private static bool IsException(ITypeSymbol type)
    {
        for (ITypeSymbol? current = type; current is not null; current = current.BaseType)
        {
            if (current.Is("System.Exception"))
                return true;
        }

        return false;
    }

    // What it fails to take away is not what it was to fetch.
    private static bool TidiesOnly(IBlockOperation body) => !body.Operations.IsEmpty && body.Operations.All(static statement =>
        statement is IExpressionStatementOperation { Operation: IInvocationOperation { TargetMethod.Name: "Delete" or "Dispose" or "Close" } });
}
