using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Spouts.Generators.Symbols;

/// <summary>How symbols are written.</summary>
internal static class Displayed
{
    /// <summary>In messages: as the author writes it.</summary>
    public static readonly SymbolDisplayFormat Short = SymbolDisplayFormat.MinimallyQualifiedFormat;

    private static readonly SymbolDisplayFormat Format = SymbolDisplayFormat.FullyQualifiedFormat
        .AddMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

    /// <summary>In generated code: <c>global::</c> everywhere, keywords escaped, nullable annotations kept.</summary>
    public static string Qualified(this ITypeSymbol type) =>
        string.Concat(type.ToDisplayParts(Format).Select(static part => part.Symbol is null ? part.ToString() : Identifier(part)));

    /// <summary>A name as an identifier.</summary>
    public static string Identifier(string name) =>
        SyntaxFacts.GetKeywordKind(name) == SyntaxKind.None ? name : "@" + name;

    // Roslyn escapes no keyword that names a nested type; one that stands for a type, such as "int", has its symbol but is a keyword.
    private static string Identifier(SymbolDisplayPart part) =>
        part.Kind is SymbolDisplayPartKind.Keyword ? part.ToString() : Identifier(part.ToString());
}
