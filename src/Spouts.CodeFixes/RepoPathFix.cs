using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using static Microsoft.CodeAnalysis.CSharp.SyntaxFactory;

namespace Spouts.CodeFixes;

/// <summary>Takes <c>/pfs/out</c>, which SPOUT023 finds, away from the path of a file.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class RepoPathFix() : NodeFix("SPOUT023", "Begin at the root of the repo")
{
    private const string Mount = "/pfs/out";

    private protected override Action<SyntaxEditor>? Fix(SyntaxNode node, Diagnostic mistake)
    {
        bool isOfFile = node.FirstAncestorOrSelf<InvocationExpressionSyntax>()
            is { Expression: MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax { Identifier.ValueText: "SpoutFile" } } };
        return !isOfFile ? null : node switch
        {
            LiteralExpressionSyntax literal when InRepo(literal.Token.ValueText) is { } path => editor => editor.ReplaceNode(
                literal, LiteralExpression(SyntaxKind.StringLiteralExpression, Literal(path)).WithTriviaFrom(literal)),
            InterpolatedStringTextSyntax text when InRepo(text.TextToken.Text) is { } part => editor => editor.ReplaceNode(
                text, InterpolatedStringText(Token(text.GetLeadingTrivia(), SyntaxKind.InterpolatedStringTextToken, part, part, text.GetTrailingTrivia()))),
            _ => null,
        };
    }

    private static string? InRepo(string path) =>
        path.StartsWith(Mount + "/", StringComparison.Ordinal) ? path.Substring(Mount.Length) : null;
}
