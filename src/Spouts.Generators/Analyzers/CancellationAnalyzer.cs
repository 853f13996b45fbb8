using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using Spouts.Generators.Diagnostics;
using Spouts.Generators.Symbols;

namespace Spouts.Generators.Analyzers;

/// <summary>Finds sources that take no token although what they call would.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class CancellationAnalyzer() : SourceAnalyzer(Rules.NoCancellation)
{
    private protected override void Start(OperationBlockStartAnalysisContext body, IMethodSymbol source)
    {
        if (source.Parameters.Any(static parameter => parameter.Type.Is(KnownTypes.CancellationToken)))
            return;
        body.RegisterOperationAction(
            context =>
            {
                if (((IAwaitOperation)context.Operation).Operation is IInvocationOperation call && LeavesTokenOut(call))
                    context.ReportDiagnostic(Diagnostic.Create(Rule, call.Syntax.GetLocation(), source.Name, call.TargetMethod.Name));
            },
            OperationKind.Await);
    }

    /// <summary>Whether the call could be given a token: as an optional argument, or by an overload with one more parameter.</summary>
    private static bool LeavesTokenOut(IInvocationOperation call)
    {
        if (call.Arguments.FirstOrDefault(static argument => argument.Parameter?.Type.Is(KnownTypes.CancellationToken) is true) is { } token)
            return token.ArgumentKind is ArgumentKind.DefaultValue;
        IMethodSymbol called = call.TargetMethod.OriginalDefinition;
        return called.ContainingType.GetMembers(called.Name).OfType<IMethodSymbol>().Any(overload =>
            overload.Parameters.Length == called.Parameters.Length + 1
            && overload.Parameters[overload.Parameters.Length - 1].Type.Is(KnownTypes.CancellationToken)
            && overload.Parameters.Zip(called.Parameters, static (one, other) => SymbolEqualityComparer.Default.Equals(one.Type, other.Type)).All(static same => same));
    }
}
