using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using Spouts.Generators.Diagnostics;

namespace Spouts.Generators.Analyzers;

/// <summary>Finds acknowledgements in a <c>finally</c> around <c>yield return</c>, which run before the file is committed.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class EarlyAcknowledgementAnalyzer() : SourceAnalyzer(Rules.EarlyAcknowledgement)
{
    // Words of a method's name, as clients of queues have them. A negative acknowledgement is spelt Nack, which has none of them.
    private static readonly string[] Words = ["Ack", "Acknowledge", "Complete", "Commit", "Delete", "Remove"];

    private protected override void Start(OperationBlockStartAnalysisContext body, IMethodSymbol source) =>
        body.RegisterOperationAction(
            context =>
            {
                var tried = (ITryOperation)context.Operation;
                if (tried.Finally is not { } last || !tried.Body.Yields())
                    return;
                foreach (IInvocationOperation call in last.OwnDescendants().OfType<IInvocationOperation>())
                {
                    if (Acknowledges(call))
                        context.ReportDiagnostic(Diagnostic.Create(Rule, Name(call).GetLocation(), call.TargetMethod.Name));
                }
            },
            OperationKind.Try);

    private static bool Acknowledges(IInvocationOperation call) =>
        Words.Any(word => HasWord(call.TargetMethod.Name, word)) && Receiver(call) is { } receiver && !IsCommonplace(receiver);

    // What it is called on; an extension's first argument.
    private static ITypeSymbol? Receiver(IInvocationOperation call) =>
        call.Instance?.Type ?? (call.TargetMethod.IsExtensionMethod ? call.TargetMethod.Parameters[0].Type : null);

    // Collections, pipes and files have methods of these names, too, and so has a run. A transaction of a database may hold the queue.
    private static bool IsCommonplace(ITypeSymbol receiver)
    {
        string space = receiver.ContainingNamespace?.ToDisplayString() ?? "";
        return space is "System" or "Spouts" || (space.StartsWith("System.", StringComparison.Ordinal) && !space.StartsWith("System.Data", StringComparison.Ordinal));
    }

    private static bool HasWord(string name, string word)
    {
        for (int at = name.IndexOf(word, StringComparison.Ordinal); at >= 0; at = name.IndexOf(word, at + 1, StringComparison.Ordinal))
        {
            int end = at + word.Length;
            if (end == name.Length || !char.IsLower(name[end]))
                return true;
        }

        return false;
    }

    private static SyntaxNode Name(IInvocationOperation call) => call.Syntax is InvocationExpressionSyntax invocation
        ? invocation.Expression switch
        {
            MemberAccessExpressionSyntax member => member.Name,
            MemberBindingExpressionSyntax member => member.Name,
            { } other => other,
        }
        : call.Syntax;
}
