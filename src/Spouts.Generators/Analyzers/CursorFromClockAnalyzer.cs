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
                    && IsClock(assignment.Value)
                    && !IsBeforeFetching(assignment))
                {
                    context.ReportDiagnostic(Diagnostic.Create(Rules.CursorFromClock, assignment.Syntax.GetLocation(), cursor.Parameter.Name));
                }
            },
            OperationKind.SimpleAssignment);

    // A reading of it, or what is made of one: ticks, seconds, a date.
    private static bool IsClock(IOperation? value) => value switch
    {
        IConversionOperation conversion => IsClock(conversion.Operand),
        IPropertyReferenceOperation { Property: { Name: "Now" or "UtcNow" or "Today", IsStatic: true, ContainingType: var type } } =>
            type.SpecialType is SpecialType.System_DateTime || type.Is("System.DateTimeOffset"),
        IPropertyReferenceOperation part => IsClock(part.Instance),
        IInvocationOperation { TargetMethod: { Name: "GetUtcNow" or "GetLocalNow", ContainingType: var type } } when type.Is("System.TimeProvider") => true,
        IInvocationOperation { TargetMethod.Name: not ("AddDays" or "AddHours" or "AddMinutes" or "AddSeconds" or "Add" or "Subtract") } call => IsClock(call.Instance),
        _ => false,
    };

    // What comes while it fetches is then fetched the next time.
    private static bool IsBeforeFetching(IOperation assignment)
    {
        IOperation body = assignment;
        while (body.Parent is { } outer)
            body = outer;
        IOperation[] fetches = [.. body.Descendants().Where(static inner =>
            inner.Kind is OperationKind.Await or OperationKind.YieldReturn || (inner.Kind is OperationKind.Invocation && !IsClock(inner)))];
        return fetches.Length > 0 && fetches.All(fetch => fetch.Syntax.SpanStart > assignment.Syntax.SpanStart);
    }
}
