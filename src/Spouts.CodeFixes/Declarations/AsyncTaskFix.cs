using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using Microsoft.CodeAnalysis.Simplification;
using static Microsoft.CodeAnalysis.CSharp.SyntaxFactory;

namespace Spouts.CodeFixes.Declarations;

/// <summary>Lets what SPOUT051 finds return a task; the compiler then says where it is not awaited.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class AsyncTaskFix() : NodeFix("SPOUT051", "Return a Task")
{
    private protected override Action<SyntaxEditor>? Fix(SyntaxNode node, Diagnostic mistake)
    {
        TypeSyntax? returned = node switch
        {
            MethodDeclarationSyntax method => method.ReturnType,
            LocalFunctionStatementSyntax local => local.ReturnType,
            _ => null,
        };
        return returned is null ? null : editor => editor.ReplaceNode(
            returned, ParseTypeName("System.Threading.Tasks.Task").WithTriviaFrom(returned).WithAdditionalAnnotations(Simplifier.Annotation));
    }
}
