using System.Collections.Immutable;
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
        List<(IInvocationOperation Call, IParameterSymbol Token)> left = [];
        body.RegisterOperationAction(
            context =>
            {
                if (((IAwaitOperation)context.Operation).Operation is IInvocationOperation call && Token(call) is { } token)
                    left.Add((call, token));
            },
            OperationKind.Await);
        body.RegisterOperationBlockEndAction(context =>
        {
            // For the fix, which mends all of them: with a token in the method, the others would no longer be found.
            Location[] places = [.. left.Select(static one => one.Call.Syntax.GetLocation())];
            ImmutableDictionary<string, string?> names = ImmutableDictionary<string, string?>.Empty.Add("Arguments", string.Join(",", left.Select(static one => Name(one.Call, one.Token))));
            foreach ((IInvocationOperation call, _) in left)
                context.ReportDiagnostic(Diagnostic.Create(Rule, call.Syntax.GetLocation(), places, names, source.Name, call.TargetMethod.Name));
        });
    }

    /// <summary>The token that a call could be given: as an optional argument, or by an overload with one more parameter; null if it has one.</summary>
    internal static IParameterSymbol? Token(IInvocationOperation call)
    {
        if (call.Arguments.FirstOrDefault(static argument => argument.Parameter?.Type.Is(KnownTypes.CancellationToken) is true) is { } token)
            return token.ArgumentKind is ArgumentKind.DefaultValue ? token.Parameter : null;
        IMethodSymbol called = call.TargetMethod.OriginalDefinition;
        return called.ContainingType.GetMembers(called.Name).OfType<IMethodSymbol>()
            .Where(overload => overload.Parameters.Length == called.Parameters.Length + 1
                && overload.Parameters.Zip(called.Parameters, static (one, other) => SymbolEqualityComparer.Default.Equals(one.Type, other.Type)).All(static same => same))
            .Select(static overload => overload.Parameters[overload.Parameters.Length - 1])
            .FirstOrDefault(static last => last.Type.Is(KnownTypes.CancellationToken));
    }

    /// <summary>The name that the argument needs where it does not simply follow the others; else empty.</summary>
    private static string Name(IInvocationOperation call, IParameterSymbol token) =>
        call.Arguments.Count(static argument => argument.ArgumentKind is ArgumentKind.Explicit) == token.Ordinal ? "" : token.Name;
}
