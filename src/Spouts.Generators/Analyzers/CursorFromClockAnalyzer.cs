using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using Spouts.Generators.Diagnostics;
using Spouts.Generators.Symbols;

namespace Spouts.Generators.Analyzers;

/// <summary>Finds cursors that are set to a reading of the clock.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class CursorFromClockAnalyzer() : SourceAnalyzer(Rules.CursorFromClock)
{
    private protected override void Start(OperationBlockStartAnalysisContext body, IMethodSymbol source) =>
        body.RegisterOperationAction(
            static context =>
            {
                var assignment = (ISimpleAssignmentOperation)context.Operation;
                if (assignment.Target is IPropertyReferenceOperation { Property.Name: "Value", Instance: IParameterReferenceOperation cursor }
                    && cursor.Type.Is(KnownTypes.Cursor)
                    && IsClock(assignment.Value is IConversionOperation conversion ? conversion.Operand : assignment.Value))
                {
                    context.ReportDiagnostic(Diagnostic.Create(Rules.CursorFromClock, assignment.Syntax.GetLocation(), cursor.Parameter.Name));
                }
            },
            OperationKind.SimpleAssignment);

    private static bool IsClock(IOperation value) => value switch
    {
        IPropertyReferenceOperation { Property: { Name: "Now" or "UtcNow", ContainingType: var type } } =>
            type.SpecialType is SpecialType.System_DateTime || type.Is("System.DateTimeOffset"),
        IInvocationOperation { TargetMethod: { Name: "GetUtcNow" or "GetLocalNow", ContainingType: var type } } => type.Is("System.TimeProvider"),
        _ => false,
    };
}
