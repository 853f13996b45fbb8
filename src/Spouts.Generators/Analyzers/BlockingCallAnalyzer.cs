using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using Spouts.Generators.Diagnostics;
using Spouts.Generators.Symbols;

namespace Spouts.Generators.Analyzers;

/// <summary>Finds waits that block a thread.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class BlockingCallAnalyzer() : SourceAnalyzer(Rules.BlockingCall)
{
    private const string Await = "await the task instead";
    private const string Delay = "await Task.Delay instead, or let [Poll] wait";

    private protected override void Start(OperationBlockStartAnalysisContext body, IMethodSymbol source)
    {
        body.RegisterOperationAction(
            context =>
            {
                IMethodSymbol called = ((IInvocationOperation)context.Operation).TargetMethod;
                if (Cure(called) is { } cure)
                    context.ReportDiagnostic(Diagnostic.Create(Rule, context.Operation.Syntax.GetLocation(), $"{called.ContainingType.Name}.{called.Name}", source.Name, cure));
            },
            OperationKind.Invocation);
        body.RegisterOperationAction(
            context =>
            {
                var reference = (IPropertyReferenceOperation)context.Operation;
                IPropertySymbol read = reference.Property;
                if (read.Name == "Result" && IsTask(read.ContainingType) && !IsDone(reference))
                    context.ReportDiagnostic(Diagnostic.Create(Rule, context.Operation.Syntax.GetLocation(), $"{read.ContainingType.Name}.{read.Name}", source.Name, Await));
            },
            OperationKind.PropertyReference);
    }

    // Only named; or it was awaited before, alone or with others; or it was asked whether it is there.
    private static bool IsDone(IPropertyReferenceOperation result)
    {
        ISymbol? task = Variable(result.Instance);
        IOperation body = result;
        for (IOperation? outer = result.Parent; outer is not null; outer = outer.Parent)
        {
            if (outer is INameOfOperation || (outer is IConditionalOperation choice && choice.Condition.DescendantsAndSelf().Any(
                    condition => condition is IPropertyReferenceOperation { Property.Name: "IsCompleted" or "IsCompletedSuccessfully" } asked && IsSame(Variable(asked.Instance), task))))
            {
                return true;
            }

            body = outer;
        }

        return task is not null && body.Descendants().OfType<IAwaitOperation>().Any(
            wait => wait.Syntax.Span.End <= result.Syntax.SpanStart && wait.Operation.DescendantsAndSelf().Any(part => IsSame(Variable(part), task)));
    }

    private static bool IsSame(ISymbol? one, ISymbol? other) => one is not null && SymbolEqualityComparer.Default.Equals(one, other);

    private static ISymbol? Variable(IOperation? operation) => operation switch
    {
        ILocalReferenceOperation local => local.Local,
        IParameterReferenceOperation parameter => parameter.Parameter,
        _ => null,
    };

    private static string? Cure(IMethodSymbol called) => called.Name switch
    {
        "Sleep" when called.ContainingType.Is("System.Threading.Thread") => Delay,
        "Wait" or "WaitAll" or "WaitAny" when IsTask(called.ContainingType) => Await,
        "GetResult" when called.ContainingType.Name.EndsWith("Awaiter", StringComparison.Ordinal)
            && called.ContainingNamespace.ToDisplayString() == "System.Runtime.CompilerServices" => Await,
        _ => null,
    };

    private static bool IsTask(INamedTypeSymbol type) =>
        type.Is("System.Threading.Tasks.Task") || type.Is(KnownTypes.Task) || type.Is(KnownTypes.ValueTask);
}
