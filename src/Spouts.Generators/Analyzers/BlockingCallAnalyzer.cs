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
                IPropertySymbol read = ((IPropertyReferenceOperation)context.Operation).Property;
                if (read.Name == "Result" && IsTask(read.ContainingType))
                    context.ReportDiagnostic(Diagnostic.Create(Rule, context.Operation.Syntax.GetLocation(), $"{read.ContainingType.Name}.{read.Name}", source.Name, Await));
            },
            OperationKind.PropertyReference);
    }

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
