using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using static Microsoft.CodeAnalysis.CSharp.SyntaxFactory;

namespace Spouts.CodeFixes;

/// <summary>Percent-encodes, as <c>SpoutPath.Encode</c> does, the characters that SPOUT014 finds in the text of a path.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class EncodePathFix() : NodeFix("SPOUT014", "Percent-encode the path")
{
    private const string Illegal = "*?[]{}!()@+^\\";

    private protected override Action<SyntaxEditor>? Fix(SyntaxNode node, Diagnostic mistake) => node switch
    {
        LiteralExpressionSyntax literal when Encoded(literal.Token.ValueText) is { } path => editor => editor.ReplaceNode(
            literal, LiteralExpression(SyntaxKind.StringLiteralExpression, Literal(path)).WithTriviaFrom(literal)),

        // A quotation mark, legal in a path, is written in another way in each kind of string.
        InterpolatedStringTextSyntax text when Encoded(Unescaped(text)) is { } part && part.IndexOf('"') < 0 => editor => editor.ReplaceNode(
            text, InterpolatedStringText(Token(text.GetLeadingTrivia(), SyntaxKind.InterpolatedStringTextToken, part, part, text.GetTrailingTrivia()))),
        _ => null,
    };

    // A brace is written twice, but for raw strings, which choose how many begin a hole.
    private static string Unescaped(InterpolatedStringTextSyntax text) =>
        text.Parent is InterpolatedStringExpressionSyntax { StringStartToken.Text: var start } && !start.Contains("\"\"\"")
            ? text.TextToken.ValueText.Replace("{{", "{").Replace("}}", "}")
            : text.TextToken.ValueText;

    /// <summary>The text encoded; null where that changes nothing, as with an element <c>..</c>.</summary>
    private static string? Encoded(string text)
    {
        string encoded = string.Concat(System.Text.Encoding.UTF8.GetBytes(text).Select(static one =>
            one is < (byte)' ' or > (byte)'~' || Illegal.IndexOf((char)one) >= 0
                ? "%" + one.ToString("X2", System.Globalization.CultureInfo.InvariantCulture)
                : ((char)one).ToString()));
        return encoded == text ? null : encoded;
    }
}
