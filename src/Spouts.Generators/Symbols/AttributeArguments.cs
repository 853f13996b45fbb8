using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Spouts.Generators.Models;

namespace Spouts.Generators.Symbols;

/// <summary>Reads the arguments of an attribute, and where they are written. What does not compile is as if it were not written.</summary>
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

    /// <summary>A named argument of text; null where it is not written.</summary>
    public static string? Text(this AttributeData attribute, string name) =>
        attribute.Named(name) is { Kind: TypedConstantKind.Primitive, Value: string text } ? text : null;

    /// <summary>A named argument of a number or truth value; null where it is not written.</summary>
    public static T? Value<T>(this AttributeData attribute, string name) where T : struct =>
        attribute.Named(name) is { Kind: TypedConstantKind.Primitive, Value: T value } ? value : null;

    /// <summary>The elements of a named argument; a null among them is empty.</summary>
    public static IEnumerable<string> Texts(this AttributeData attribute, string name) =>
        attribute.Named(name) is { Kind: TypedConstantKind.Array, IsNull: false, Values: var elements }
            ? elements.Select(static element => element.Value as string ?? "")
            : [];

    /// <summary>The member that a named argument of an enum names, as C# writes it; null where it is not written.</summary>
    public static string? Member(this AttributeData attribute, string name) =>
        attribute.Named(name) is not { Kind: TypedConstantKind.Enum, Type: { } type, Value: { } value } ? null
            : type.GetMembers().OfType<IFieldSymbol>().FirstOrDefault(member => value.Equals(member.ConstantValue)) is { } member
                ? $"{type.Qualified()}.{member.Name}"
                : $"({type.Qualified()})({value})";

    /// <summary>Where an argument is written: the first one, or the one of a name; else the attribute.</summary>
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

    private static TypedConstant? Named(this AttributeData attribute, string name)
    {
        foreach (KeyValuePair<string, TypedConstant> argument in attribute.NamedArguments)
        {
            if (argument.Key == name)
                return argument.Value;
        }

        return null;
    }
}
