using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using static Microsoft.CodeAnalysis.CSharp.SyntaxFactory;

namespace Spouts.CodeFixes;

/// <summary>Throws again at the end of a <c>catch</c> that SPOUT019 finds.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class RethrowFix() : NodeFix("SPOUT019", "Throw again")
{
    private protected override Action<SyntaxEditor>? Fix(SyntaxNode node, Diagnostic mistake)
    {
        if (node.FirstAncestorOrSelf<CatchClauseSyntax>() is not { } clause || clause.Block.Statements.OfType<ReturnStatementSyntax>().Any(Answers))
            return null;

        // What ends the block by leaving it makes room for what leaves it with the exception.
        IEnumerable<StatementSyntax> kept = clause.Block.Statements.Where(
            static statement => statement is not (ReturnStatementSyntax or ContinueStatementSyntax or BreakStatementSyntax));
        return editor => editor.ReplaceNode(
            clause.Block, clause.Block.WithStatements(List([.. kept, ThrowStatement()])).WithAdditionalAnnotations(Microsoft.CodeAnalysis.Formatting.Formatter.Annotation));
    }

    // A file that tells of the error, say, is for its author to keep or to drop.
    private static bool Answers(ReturnStatementSyntax leaving) => leaving.Expression is not (null or LiteralExpressionSyntax or CollectionExpressionSyntax { Elements.Count: 0 });
}
