using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using Microsoft.CodeAnalysis.Simplification;
using static Microsoft.CodeAnalysis.CSharp.SyntaxFactory;

namespace Spouts.CodeFixes;

/// <summary>Gives the source that SPOUT016 finds a token, and passes it on to each call that would take it.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class PassTokenFix() : NodeFix("SPOUT016", "Take a token and pass it on")
{
    private const string Name = "cancellationToken";

    private protected override Action<SyntaxEditor>? Fix(SyntaxNode node, Diagnostic mistake)
    {
        if (node.FirstAncestorOrSelf<MethodDeclarationSyntax>() is not { } method
            || method.DescendantTokens().Any(static token => token.IsKind(SyntaxKind.IdentifierToken) && token.ValueText == Name)
            || !mistake.Properties.TryGetValue("Arguments", out string? names)
            || names is null)
        {
            return null;
        }

        SyntaxNode root = method.SyntaxTree.GetRoot();
        (ArgumentListSyntax Arguments, string Name)[] calls = [.. mistake.AdditionalLocations.Zip(names.Split(','), (place, name) =>
            (((InvocationExpressionSyntax)root.FindNode(place.SourceSpan, getInnermostNodeForTie: true)).ArgumentList, name))];
        return editor =>
        {
            foreach ((ArgumentListSyntax arguments, string name) in calls)
                editor.ReplaceNode(arguments, (current, _) => WithToken((ArgumentListSyntax)current, name));
            editor.ReplaceNode(method.ParameterList, (current, _) => WithToken((ParameterListSyntax)current, IsStream(method)));
        };
    }

    /// <summary>The arguments with the token; of two fixes in one method the second finds it there.</summary>
    private static ArgumentListSyntax WithToken(ArgumentListSyntax arguments, string name) =>
        arguments.Arguments.Any(static argument => argument.Expression is IdentifierNameSyntax { Identifier.ValueText: Name }) ? arguments : arguments
            .AddArguments(Argument(
                name.Length == 0 ? null : NameColon(IdentifierName(name)).WithTrailingTrivia(Space), refKindKeyword: default, IdentifierName(Name)))
            .WithAdditionalAnnotations(Microsoft.CodeAnalysis.Formatting.Formatter.Annotation);

    private static ParameterListSyntax WithToken(ParameterListSyntax parameters, bool isStream) =>
        parameters.Parameters.Any(static parameter => parameter.Identifier.ValueText == Name) ? parameters : parameters
            .WithParameters(parameters.Parameters.Insert(LastRequired(parameters), Parameter(
                isStream ? SingletonList(EnumeratorCancellation()) : default,
                modifiers: default,
                ParseTypeName("System.Threading.CancellationToken").WithAdditionalAnnotations(Simplifier.Annotation),
                Identifier(Name),
                @default: null)))
            .WithAdditionalAnnotations(Microsoft.CodeAnalysis.Formatting.Formatter.Annotation);

    // Behind it come those that may be left out.
    private static int LastRequired(ParameterListSyntax parameters)
    {
        int optional = parameters.Parameters.IndexOf(static parameter => parameter.Default is not null || parameter.Modifiers.Any(SyntaxKind.ParamsKeyword));
        return optional < 0 ? parameters.Parameters.Count : optional;
    }

    private static AttributeListSyntax EnumeratorCancellation() => AttributeList(SingletonSeparatedList(
        Attribute(ParseName("System.Runtime.CompilerServices.EnumeratorCancellation").WithAdditionalAnnotations(Simplifier.Annotation))));

    /// <summary>Whether the token comes with the enumeration.</summary>
    private static bool IsStream(MethodDeclarationSyntax method) =>
        method.Modifiers.Any(SyntaxKind.AsyncKeyword) && method.DescendantNodes().Any(static node => node is YieldStatementSyntax);
}
