using System.Composition;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using static Microsoft.CodeAnalysis.CSharp.SyntaxFactory;

namespace Spouts.CodeFixes.Declarations;

/// <summary>Gives the second of two overloads that SPOUT012 finds a name of its own: that of the method and its number.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class SourceNameFix() : NodeFix("SPOUT012", "Give it a name of its own")
{
    private static readonly string[] Triggers = ["Poll", "Schedule", "Stream"];

    private protected override Action<SyntaxEditor>? Fix(SyntaxNode node, Diagnostic mistake)
    {
        if (node is not MethodDeclarationSyntax { Parent: TypeDeclarationSyntax type } method || Trigger(method) is not { } trigger || IsNamed(trigger))
            return null;
        int number = type.Members.OfType<MethodDeclarationSyntax>()
            .TakeWhile(other => other != method)
            .Count(other => other.Identifier.ValueText == method.Identifier.ValueText && Trigger(other) is not null);
        string name = method.Identifier.ValueText + (number + 1).ToString(CultureInfo.InvariantCulture);
        AttributeArgumentSyntax argument = AttributeArgument(
            NameEquals("Name"), nameColon: null, LiteralExpression(SyntaxKind.StringLiteralExpression, Literal(name)));
        return number == 0 ? null : editor => editor.ReplaceNode(
            trigger, trigger.AddArgumentListArguments(argument).WithAdditionalAnnotations(Microsoft.CodeAnalysis.Formatting.Formatter.Annotation));
    }

    private static AttributeSyntax? Trigger(MethodDeclarationSyntax method) =>
        method.AttributeLists.SelectMany(static list => list.Attributes).FirstOrDefault(static attribute =>
            Triggers.Any(name => attribute.Name.ToString() == name || attribute.Name.ToString().EndsWith("." + name, StringComparison.Ordinal)));

    private static bool IsNamed(AttributeSyntax trigger) =>
        trigger.ArgumentList?.Arguments.Any(static argument => argument.NameEquals?.Name.Identifier.ValueText == "Name") is true;
}
