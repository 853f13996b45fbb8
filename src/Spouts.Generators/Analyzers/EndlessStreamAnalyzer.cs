using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using Spouts.Generators.Diagnostics;
using Spouts.Generators.Symbols;

namespace Spouts.Generators.Analyzers;

/// <summary>Finds <c>[Stream]</c> sources that never await or never look at their token. One without a token whose calls would take it has SPOUT016.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class EndlessStreamAnalyzer() : SourceAnalyzer(Rules.EndlessStream)
{
    private protected override void Start(OperationBlockStartAnalysisContext body, IMethodSymbol source)
    {
        if (!source.AllTriggers().Any(static trigger => trigger.AttributeClass.Is(KnownTypes.StreamAttribute)))
            return;
        IParameterSymbol? token = source.Parameters.FirstOrDefault(static parameter => parameter.Type.Is(KnownTypes.CancellationToken));
        bool yields = false, awaits = false, looks = false, couldLook = false;
        body.RegisterOperationAction(_ => yields = true, OperationKind.YieldReturn);
        body.RegisterOperationAction(
            context =>
            {
                awaits = true;
                couldLook |= context.Operation is IAwaitOperation { Operation: IInvocationOperation call } && CancellationAnalyzer.Token(call) is not null;
            },
            OperationKind.Await);
        body.RegisterOperationAction(
            context => awaits |= context.Operation is IForEachLoopOperation { IsAsynchronous: true } or IUsingOperation { IsAsynchronous: true } or IUsingDeclarationOperation { IsAsynchronous: true },
            OperationKind.Loop, OperationKind.Using, OperationKind.UsingDeclaration);
        body.RegisterOperationAction(
            context => looks |= SymbolEqualityComparer.Default.Equals(((IParameterReferenceOperation)context.Operation).Parameter, token), OperationKind.ParameterReference);
        body.RegisterOperationBlockEndAction(context =>
        {
            if (Problem() is { } problem)
                context.ReportDiagnostic(Diagnostic.Create(Rule, source.Locations[0], source.Name, problem));
        });

        // A method that is no iterator leaves all of this to another.
        string? Problem() =>
            !yields ? null
            : !awaits ? "it never awaits, so nothing else has a turn; await what it waits for"
            : token is not null && !looks ? $"it never looks at '{token.Name}'; pass it on to what it waits for"
            : token is null && !couldLook ? "it takes no CancellationToken; take one as a parameter and pass it on to what it waits for"
            : null;
    }
}
