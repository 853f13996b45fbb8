using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using static Microsoft.CodeAnalysis.CSharp.SyntaxFactory;

namespace Spouts.CodeFixes;

/// <summary>Leaves the disposal of the stream that SPOUT018 finds to the file.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class RemoveUsingFix() : NodeFix("SPOUT018", "Remove 'using'")
{
    private protected override Action<SyntaxEditor>? Fix(SyntaxNode node, Diagnostic mistake)
    {
        if (node is not IdentifierNameSyntax { Identifier.ValueText: var name } || node.FirstAncestorOrSelf<MethodDeclarationSyntax>() is not { } method)
            return null;
        LocalDeclarationStatementSyntax? declaration = method.DescendantNodes()
            .OfType<LocalDeclarationStatementSyntax>()
            .FirstOrDefault(local => local.UsingKeyword.IsKind(SyntaxKind.UsingKeyword)
                && local.Declaration.Variables.Count == 1
                && local.Declaration.Variables.First().Identifier.ValueText == name);
        return declaration is null ? null : editor => editor.ReplaceNode(
            declaration, declaration.WithUsingKeyword(default).WithAwaitKeyword(default).WithLeadingTrivia(declaration.GetLeadingTrivia()));
    }
}
