using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using static Microsoft.CodeAnalysis.CSharp.SyntaxFactory;

namespace Spouts.CodeFixes;

/// <summary>
/// Has the file of the <c>yield return</c> right above what SPOUT017 finds carry the cursor. The value is then made before the file is taken
/// instead of behind it, so only one that does nothing else is moved; and only where nothing else sets the cursor, which cannot be both.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class CarryCursorFix() : NodeFix("SPOUT017", "Have the file carry the cursor")
{
    private protected override Action<SyntaxEditor>? Fix(SyntaxNode node, Diagnostic mistake)
    {
        // The first of several cursors takes the others along.
        if (node is not ExpressionStatementSyntax { Parent: BlockSyntax block } statement
            || block.Statements.IndexOf(statement) is not (> 0 and var first)
            || block.Statements[first - 1] is not YieldStatementSyntax { Expression: { } file }
            || statement.FirstAncestorOrSelf<MethodDeclarationSyntax>() is not { } method)
        {
            return null;
        }

        StatementSyntax[] moves = [.. block.Statements.Skip(first).TakeWhile(other => Moved(other) is { } move && IsMovable(move, method))];
        return moves.Length == 0 ? null : editor =>
        {
            ExpressionSyntax carrying = file is InvocationExpressionSyntax or MemberAccessExpressionSyntax or IdentifierNameSyntax or ElementAccessExpressionSyntax or ParenthesizedExpressionSyntax
                ? file
                : ParenthesizedExpression(file);
            foreach (StatementSyntax move in moves)
            {
                (string cursor, ExpressionSyntax value) = Moved(move)!.Value;
                carrying = InvocationExpression(
                    MemberAccessExpression(SyntaxKind.SimpleMemberAccessExpression, carrying, IdentifierName("WithCursor")),
                    ArgumentList(SeparatedList([Argument(IdentifierName(cursor)), Argument(value)], [Token(SyntaxKind.CommaToken).WithTrailingTrivia(Space)])));
                editor.RemoveNode(move, SyntaxRemoveOptions.KeepNoTrivia);
            }

            editor.ReplaceNode(file, carrying);
        };
    }

    // Its value only reads, and nothing else in the method sets its cursor.
    private static bool IsMovable((string Cursor, ExpressionSyntax Value) move, MethodDeclarationSyntax method) =>
        !move.Value.DescendantNodesAndSelf().Any(static part => part is InvocationExpressionSyntax or AwaitExpressionSyntax or AssignmentExpressionSyntax or ObjectCreationExpressionSyntax
            || part.Kind() is SyntaxKind.PreIncrementExpression or SyntaxKind.PreDecrementExpression or SyntaxKind.PostIncrementExpression or SyntaxKind.PostDecrementExpression)
        && method.DescendantNodes().OfType<MemberAccessExpressionSyntax>().Count(target => Cursor(target) == move.Cursor && IsSet(target)) == 1;

    private static bool IsSet(ExpressionSyntax target) => target.Parent switch
    {
        AssignmentExpressionSyntax assignment => assignment.Left == target,
        PrefixUnaryExpressionSyntax or PostfixUnaryExpressionSyntax => true,
        ArgumentSyntax { Parent: TupleExpressionSyntax { Parent: AssignmentExpressionSyntax assignment } tuple } => assignment.Left == tuple,
        _ => false,
    };

    // The cursor that a statement sets, and what to; null for any other.
    private static (string Cursor, ExpressionSyntax Value)? Moved(StatementSyntax statement) => (statement as ExpressionStatementSyntax)?.Expression switch
    {
        AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.SimpleAssignmentExpression } assignment when Cursor(assignment.Left) is { } cursor =>
            (cursor, assignment.Right.WithoutTrivia()),
        AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.AddAssignmentExpression } assignment when Cursor(assignment.Left) is { } cursor =>
            (cursor, Sum(assignment.Left, assignment.Right)),
        PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PostIncrementExpression } step when Cursor(step.Operand) is { } cursor =>
            (cursor, Sum(step.Operand, LiteralExpression(SyntaxKind.NumericLiteralExpression, Literal(1)))),
        PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PreIncrementExpression } step when Cursor(step.Operand) is { } cursor =>
            (cursor, Sum(step.Operand, LiteralExpression(SyntaxKind.NumericLiteralExpression, Literal(1)))),
        _ => null,
    };

    private static BinaryExpressionSyntax Sum(ExpressionSyntax left, ExpressionSyntax right) => BinaryExpression(
        SyntaxKind.AddExpression,
        left.WithoutTrivia().WithTrailingTrivia(Space),
        Token(SyntaxKind.PlusToken).WithTrailingTrivia(Space),
        right is LiteralExpressionSyntax or IdentifierNameSyntax or MemberAccessExpressionSyntax ? right.WithoutTrivia() : ParenthesizedExpression(right.WithoutTrivia()));

    private static string? Cursor(ExpressionSyntax target) =>
        target is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Value", Expression: IdentifierNameSyntax cursor } ? cursor.Identifier.ValueText : null;
}
