using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;

namespace Spouts.CodeFixes;

/// <summary>
/// Moves the assignment that SPOUT017 finds before the <c>yield return</c> right above it, unless what is yielded depends on the
/// cursor.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class CursorFirstFix() : NodeFix("SPOUT017", "Assign the cursor first")
{
    private protected override Action<SyntaxEditor>? Fix(SyntaxNode node, Diagnostic mistake)
    {
        if (node is not ExpressionStatementSyntax
            {
                Parent: BlockSyntax block,
                Expression: AssignmentExpressionSyntax { Left: MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax cursor } },
            } assignment
            || block.Statements.IndexOf(assignment) is not (> 0 and var index)
            || block.Statements[index - 1] is not YieldStatementSyntax yielding
            || yielding.DescendantNodes().OfType<IdentifierNameSyntax>().Any(name => name.Identifier.ValueText == cursor.Identifier.ValueText))
        {
            return null;
        }

        // A comment above the file stays with it; an empty line above it stays above both.
        SyntaxTriviaList above = yielding.GetLeadingTrivia();
        int line = above.TakeWhile(static trivia => string.IsNullOrWhiteSpace(trivia.ToString())).Count();
        bool hasComment = line < above.Count;
        return editor =>
        {
            editor.RemoveNode(assignment, SyntaxRemoveOptions.KeepNoTrivia);
            editor.InsertBefore(yielding, hasComment ? assignment : assignment.WithLeadingTrivia(above));
            if (!hasComment)
                editor.ReplaceNode(yielding, yielding.WithLeadingTrivia(assignment.GetLeadingTrivia()));
        };
    }
}
