using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using static Microsoft.CodeAnalysis.CSharp.SyntaxFactory;

namespace Spouts.CodeFixes.Declarations;

/// <summary>A fix that writes the text of an attribute's argument in another way.</summary>
public abstract class TextFix : NodeFix
{
    private protected TextFix(string id, string title)
        : base(id, title)
    {
    }

    private protected sealed override Action<SyntaxEditor>? Fix(SyntaxNode node, Diagnostic mistake)
    {
        if (node is not LiteralExpressionSyntax { RawKind: (int)SyntaxKind.StringLiteralExpression } literal)
            return null;
        string text = literal.Token.ValueText;
        return Mended(text) is not { Length: > 0 } mended || mended == text ? null : editor => editor.ReplaceNode(
            literal, LiteralExpression(SyntaxKind.StringLiteralExpression, Literal(mended)).WithTriviaFrom(literal));
    }

    /// <summary>The text as it should be; empty where only its author knows what was meant.</summary>
    private protected abstract string Mended(string text);
}
