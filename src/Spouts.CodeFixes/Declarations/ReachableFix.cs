using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using static Microsoft.CodeAnalysis.CSharp.SyntaxFactory;

namespace Spouts.CodeFixes.Declarations;

/// <summary>Makes a source internal that SPOUT008 finds out of reach. It needs no more, and its parameters may be of internal types.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class ReachableFix() : NodeFix("SPOUT008", "Make it internal")
{
    private protected override Action<SyntaxEditor>? Fix(SyntaxNode node, Diagnostic mistake)
    {
        if (node is not MethodDeclarationSyntax { TypeParameterList: null, ExplicitInterfaceSpecifier: null } method
            || method.Modifiers.Any(static modifier => modifier.IsKind(SyntaxKind.PublicKeyword) || modifier.IsKind(SyntaxKind.InternalKeyword)))
        {
            return null;
        }

        IEnumerable<SyntaxToken> kept = method.Modifiers.Where(static modifier => !modifier.IsKind(SyntaxKind.PrivateKeyword) && !modifier.IsKind(SyntaxKind.ProtectedKeyword));

        // What stands first on the line of the modifiers and the return type takes the line's indentation with it.
        SyntaxToken first = method.Modifiers.Count > 0 ? method.Modifiers[0] : method.ReturnType.GetFirstToken();
        SyntaxToken made = Token(SyntaxKind.InternalKeyword).WithLeadingTrivia(first.LeadingTrivia).WithTrailingTrivia(Space);
        return editor => editor.ReplaceNode(method, (current, _) =>
        {
            var now = (MethodDeclarationSyntax)current;
            if (method.Modifiers.Count == 0)
                now = now.WithReturnType(now.ReturnType.WithoutLeadingTrivia());
            return now.WithModifiers(TokenList([made, .. kept.Select(static modifier => modifier.WithLeadingTrivia())]));
        });
    }
}
