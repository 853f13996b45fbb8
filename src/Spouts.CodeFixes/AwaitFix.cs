using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using Microsoft.CodeAnalysis.Simplification;
using static Microsoft.CodeAnalysis.CSharp.SyntaxFactory;

namespace Spouts.CodeFixes;

/// <summary>Awaits what SPOUT015 blocks on, where the code around is asynchronous already.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class AwaitFix() : NodeFix("SPOUT015", "Await instead")
{
    private protected override Action<SyntaxEditor>? Fix(SyntaxNode node, Diagnostic mistake)
    {
        if (node is not ExpressionSyntax blocking || !IsInAsync(node) || Awaited(blocking) is not { } awaited)
            return null;
        ExpressionSyntax await = AwaitExpression(awaited.WithoutTrivia());
        bool standsAlone = blocking.Parent is ExpressionStatementSyntax or EqualsValueClauseSyntax or ArgumentSyntax or ReturnStatementSyntax
            or AssignmentExpressionSyntax or InterpolationSyntax;
        return editor => editor.ReplaceNode(
            blocking, (standsAlone ? await : ParenthesizedExpression(await)).WithTriviaFrom(blocking).WithAdditionalAnnotations(Microsoft.CodeAnalysis.Formatting.Formatter.Annotation));
    }

    private static ExpressionSyntax? Awaited(ExpressionSyntax blocking) => blocking switch
    {
        // task.Result
        MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Result" } result => result.Expression,

        // task.Wait()
        InvocationExpressionSyntax { ArgumentList.Arguments.Count: 0, Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Wait" } wait } =>
            wait.Expression,

        // task.GetAwaiter().GetResult()
        InvocationExpressionSyntax
        {
            Expression: MemberAccessExpressionSyntax
            {
                Name.Identifier.ValueText: "GetResult",
                Expression: InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "GetAwaiter" } awaiter },
            },
        } => awaiter.Expression,

        // Thread.Sleep(time)
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Sleep" } } sleep =>
            InvocationExpression(ParseExpression("System.Threading.Tasks.Task.Delay").WithAdditionalAnnotations(Simplifier.Annotation), Delay(sleep)),
        _ => null,
    };

    /// <summary>The time to wait, and the token of the method around if it has one.</summary>
    private static ArgumentListSyntax Delay(InvocationExpressionSyntax sleep)
    {
        ParameterSyntax? token = sleep.FirstAncestorOrSelf<MethodDeclarationSyntax>()?.ParameterList.Parameters
            .FirstOrDefault(static parameter => parameter.Type?.ToString().EndsWith("CancellationToken", StringComparison.Ordinal) is true);
        // Its only parameter has another name.
        ArgumentListSyntax time = ArgumentList(SeparatedList(sleep.ArgumentList.Arguments.Select(static argument => argument.WithNameColon(null))));
        return token is null ? time : time.AddArguments(Argument(IdentifierName(token.Identifier.WithoutTrivia())));
    }

    // Nothing is awaited in a lock, in a filter of a catch, or in most clauses of a query.
    private static bool IsInAsync(SyntaxNode node) =>
        node.Ancestors().FirstOrDefault(static outer => outer is AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax or MethodDeclarationSyntax
            or LockStatementSyntax or CatchFilterClauseSyntax or QueryExpressionSyntax) switch
        {
            AnonymousFunctionExpressionSyntax lambda => lambda.AsyncKeyword.IsKind(SyntaxKind.AsyncKeyword),
            LocalFunctionStatementSyntax local => local.Modifiers.Any(SyntaxKind.AsyncKeyword),
            MethodDeclarationSyntax method => method.Modifiers.Any(SyntaxKind.AsyncKeyword),
            _ => false,
        };
}
