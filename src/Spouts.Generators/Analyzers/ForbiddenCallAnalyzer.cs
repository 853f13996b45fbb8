using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Spouts.Generators.Analyzers;

/// <summary>Finds calls that have no place in a source.</summary>
public abstract class ForbiddenCallAnalyzer : SourceAnalyzer
{
    private protected ForbiddenCallAnalyzer(DiagnosticDescriptor rule)
        : base(rule)
    {
    }

    private protected sealed override void Start(OperationBlockStartAnalysisContext body, IMethodSymbol source) =>
        body.RegisterOperationAction(
            context =>
            {
                IMethodSymbol called = ((IInvocationOperation)context.Operation).TargetMethod;
                if (IsForbidden(called))
                    context.ReportDiagnostic(Diagnostic.Create(Rule, context.Operation.Syntax.GetLocation(), $"{called.ContainingType.Name}.{called.Name}", source.Name));
            },
            OperationKind.Invocation);

    private protected abstract bool IsForbidden(IMethodSymbol called);
}
