using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using static Microsoft.CodeAnalysis.CSharp.SyntaxFactory;

namespace Spouts.CodeFixes;

/// <summary>Keeps the changed copy that SPOUT022 finds forgotten in the variable of the file.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class KeepFileFix() : NodeFix("SPOUT022", "Keep the changed copy")
{
    private protected override Action<SyntaxEditor>? Fix(SyntaxNode node, Diagnostic mistake)
    {
        if (node is not InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Appended" or "OnCommitted" } } call)
            return null;
        return Root(call) is not IdentifierNameSyntax file ? null : editor => editor.ReplaceNode(
            call,
            AssignmentExpression(SyntaxKind.SimpleAssignmentExpression, file.WithoutTrivia(), call.WithoutTrivia())
                .WithTriviaFrom(call)
                .WithAdditionalAnnotations(Microsoft.CodeAnalysis.Formatting.Formatter.Annotation));
    }

    /// <summary>What a chain of calls begins with.</summary>
    private static ExpressionSyntax Root(ExpressionSyntax call) =>
        call is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax member } ? Root(member.Expression) : call;
}
