using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using Spouts.Generators.Diagnostics;
using Spouts.Generators.Parsing;
using Spouts.Generators.Symbols;

namespace Spouts.Generators.Analyzers;

/// <summary>Finds cursors that are assigned behind a <c>yield return</c> with none after them in the same block.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class CursorAfterYieldAnalyzer() : SourceAnalyzer(Rules.CursorAfterYield)
{
    private protected override void Start(OperationBlockStartAnalysisContext body, IMethodSymbol source)
    {
        // What is cut into several commits may be cut there; of other sources only one that throws shows it.
        bool isCut = SourceMethods.Annotation(source, KnownTypes.BatchAttribute) is not null
            || source.AllTriggers().Any(static trigger => trigger.AttributeClass.Is(KnownTypes.StreamAttribute));
        DiagnosticSeverity severity = isCut ? DiagnosticSeverity.Error : Rule.DefaultSeverity;
        body.RegisterOperationAction(
            context =>
            {
                var block = (IBlockOperation)context.Operation;
                foreach (IOperation late in block.Operations.Reverse().TakeWhile(static statement => !Yields(statement)))
                {
                    if (block.Operations.Any(Yields) && Assigned(late) is { } cursor)
                        context.ReportDiagnostic(Diagnostic.Create(Rule, late.Syntax.GetLocation(), severity, additionalLocations: null, properties: null, cursor));
                }
            },
            OperationKind.Block);
    }

    private static bool Yields(IOperation statement) =>
        statement.DescendantsAndSelf().Any(static inner => inner.Kind is OperationKind.YieldReturn);

    private static string? Assigned(IOperation statement) => statement is IExpressionStatementOperation
    {
        Operation: IAssignmentOperation { Target: IPropertyReferenceOperation { Property.Name: "Value", Instance: IParameterReferenceOperation cursor } },
    } && cursor.Type.Is(KnownTypes.Cursor) ? cursor.Parameter.Name : null;
}
