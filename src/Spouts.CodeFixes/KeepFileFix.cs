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
        if (node is not InvocationExpressionSyntax
            {
                Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Appended" or "AsDeadLetter" or "OnAbandoned" or "OnCommitted" or "WithCursor" or "WithItem" },
            } call)
        {
            return null;
        }

        return Root(call) is not IdentifierNameSyntax file || !IsVariable(file) ? null : editor => editor.ReplaceNode(
            call,
            AssignmentExpression(SyntaxKind.SimpleAssignmentExpression, file.WithoutTrivia(), call.WithoutTrivia())
                .WithTriviaFrom(call)
                .WithAdditionalAnnotations(Microsoft.CodeAnalysis.Formatting.Formatter.Annotation));
    }

    // A local or parameter that may be assigned. That of a foreach may not, and of a field or property only its declaration tells.
    private static bool IsVariable(IdentifierNameSyntax name)
    {
        string variable = name.Identifier.ValueText;
        foreach (SyntaxNode outer in name.Ancestors())
        {
            if (outer is CommonForEachStatementSyntax each && each.DescendantTokens().TakeWhile(token => token != each.InKeyword).Any(token => token.ValueText == variable))
                return false;
            if (outer is not (MethodDeclarationSyntax or LocalFunctionStatementSyntax or AnonymousFunctionExpressionSyntax))
                continue;
            if (outer.DescendantNodes().Any(node => node is VariableDeclaratorSyntax { Parent.Parent: LocalDeclarationStatementSyntax { UsingKeyword.RawKind: 0 } } local && local.Identifier.ValueText == variable))
                return true;
            if (outer.DescendantNodes().OfType<ParameterSyntax>().FirstOrDefault(parameter => parameter.Identifier.ValueText == variable) is { } parameter)
                return !parameter.Modifiers.Any(SyntaxKind.InKeyword) && !parameter.Modifiers.Any(SyntaxKind.ReadOnlyKeyword);
        }

        return false;
    }

    /// <summary>What a chain of calls begins with.</summary>
    private static ExpressionSyntax Root(ExpressionSyntax call) =>
        call is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax member } ? Root(member.Expression) : call;
}
