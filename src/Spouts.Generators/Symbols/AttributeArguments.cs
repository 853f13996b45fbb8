using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Spouts.Generators.Models;

namespace Spouts.Generators.Symbols;

/// <summary>Reads the text arguments of an attribute, and where they are written.</summary>
internal static class AttributeArguments
{
    /// <summary>The first argument; false where it is missing or wrong, which the compiler itself reports.</summary>
    public static bool TryGetText(this AttributeData attribute, out string text)
    {
        text = "";
        if (attribute.ConstructorArguments is not [{ Kind: TypedConstantKind.Primitive } only])
            return false;
        text = only.Value as string ?? "";
        return true;
    }

    /// <summary>A named argument; null where it is not written.</summary>
    public static string? Text(this AttributeData attribute, string name)
    {
        foreach (KeyValuePair<string, TypedConstant> argument in attribute.NamedArguments)
        {
            if (argument.Key == name)
                return argument.Value.Value as string;
        }

        return null;
    }

    /// <summary>Where an argument is written: the first one, or the one of a name.</summary>
    public static LocationInfo? Place(this AttributeData attribute, string? name, CancellationToken cancellation)
    {
        if (attribute.ApplicationSyntaxReference?.GetSyntax(cancellation) is not AttributeSyntax syntax)
            return null;
        foreach (AttributeArgumentSyntax argument in syntax.ArgumentList?.Arguments ?? [])
        {
            if (argument.NameEquals?.Name.Identifier.ValueText == name)
                return LocationInfo.From(argument.Expression.GetLocation());
        }

        return LocationInfo.From(syntax.GetLocation());
    }
}
