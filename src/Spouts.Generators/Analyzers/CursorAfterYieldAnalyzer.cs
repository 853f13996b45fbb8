using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using Spouts.Generators.Diagnostics;
using Spouts.Generators.Parsing;
using Spouts.Generators.Symbols;

namespace Spouts.Generators.Analyzers;

/// <summary>
/// Finds cursors that move behind the files that they cover, in sources that are cut into several commits and append: where such a cursor has
/// moved before the first file of a run as well, nobody can tell which files its value covers, and lines may be appended twice.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class CursorAfterYieldAnalyzer() : SourceAnalyzer(Rules.CursorAfterYield)
{
    private const string Appended = "Appended", WithItem = "WithItem", WithCursor = "WithCursor";

    private protected override void Start(OperationBlockStartAnalysisContext body, IMethodSymbol source)
    {
        bool isCut = SourceMethods.Annotation(source, KnownTypes.BatchAttribute) is not null
            || source.AllTriggers().Any(static trigger => trigger.AttributeClass.Is(KnownTypes.StreamAttribute));
        if (!isCut)
            return;
        body.RegisterOperationAction(
            context =>
            {
                if (context.Operation.Parent is null or IMethodBodyOperation)
                    Find(context);
            },
            OperationKind.Block);
    }

    // In the whole body of the source.
    private void Find(OperationAnalysisContext context)
    {
        IOperation[] all = [.. context.Operation.OwnDescendants()];
        if (!all.OfType<IInvocationOperation>().Any(Appends))
            return;
        foreach (IOperation operation in all)
        {
            foreach (IParameterReferenceOperation cursor in Moved(operation))
            {
                if (IsLate(operation) && !all.OfType<IInvocationOperation>().Any(call => Carries(call, cursor.Parameter)))
                    context.ReportDiagnostic(Diagnostic.Create(Rule, Place(operation).Syntax.GetLocation(), cursor.Parameter.Name));
            }
        }
    }

    // Appended, and not known by an item's id: further along the calls on the same file, or before.
    private static bool Appends(IInvocationOperation call)
    {
        if (!IsOfFile(call, Appended))
            return false;
        for (IOperation? before = call.Instance; before is IInvocationOperation earlier; before = earlier.Instance)
        {
            if (IsOfFile(earlier, WithItem))
                return false;
        }

        for (IOperation? after = call.Parent; after is IInvocationOperation later; after = later.Parent)
        {
            if (IsOfFile(later, WithItem))
                return false;
        }

        return true;
    }

    private static bool Carries(IInvocationOperation call, IParameterSymbol cursor) => IsOfFile(call, WithCursor)
        && call.Arguments.Any(argument => argument.Value is IParameterReferenceOperation carried && SymbolEqualityComparer.Default.Equals(carried.Parameter, cursor));

    private static bool IsOfFile(IInvocationOperation call, string method) => call.TargetMethod.Name == method && call.TargetMethod.ContainingType.Is(KnownTypes.SpoutFile);

    // The cursors whose value an operation sets, or changes in place.
    private static IEnumerable<IParameterReferenceOperation> Moved(IOperation operation)
    {
        IEnumerable<IOperation> targets = operation switch
        {
            IDeconstructionAssignmentOperation { Target: ITupleOperation tuple } => tuple.Elements,
            IAssignmentOperation assignment => [assignment.Target],
            IIncrementOrDecrementOperation step => [step.Target],
            IInvocationOperation { Parent: IExpressionStatementOperation, Instance: { } changed } => [changed],
            _ => [],
        };
        return targets
            .OfType<IPropertyReferenceOperation>()
            .Where(static target => target.Property.Name == "Value")
            .Select(static target => target.Instance)
            .OfType<IParameterReferenceOperation>()
            .Where(static cursor => cursor.Type.Is(KnownTypes.Cursor));
    }

    // A file comes before it, and none behind it, in the nearest statements around that yield any.
    private static bool IsLate(IOperation move)
    {
        for (IOperation inner = move; inner.Parent is { } around; inner = around)
        {
            IEnumerable<IOperation> statements = around switch
            {
                IBlockOperation block => block.Operations,
                ISwitchCaseOperation section => section.Body,
                IForLoopOperation loop => [loop.Body, .. loop.AtLoopBottom],
                ITryOperation { Finally: { } last } tried => [tried.Body, last],
                _ => [],
            };
            IOperation[] siblings = [.. statements];
            int at = Array.IndexOf(siblings, inner);
            if (at < 0)
                continue;
            if (siblings.Skip(at + 1).Any(OwnOperations.Yields))
                return false;
            if (siblings.Take(at).Any(OwnOperations.Yields))
                return true;
        }

        return false;
    }

    // The whole statement, where it is one.
    private static IOperation Place(IOperation operation) => operation.Parent is IExpressionStatementOperation statement ? statement : operation;
}
