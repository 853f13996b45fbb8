using Microsoft.CodeAnalysis;
using Spouts.Generators.Symbols;

namespace Spouts.Generators.Grammar;

/// <summary>Which types a cursor may be composed of, and the member of <c>CursorCodec</c> for each.</summary>
internal static class CursorTypes
{
    /// <summary>The types, as a message lists them.</summary>
    public const string Legal =
        "use numbers, bool, char, string, Guid, dates, times, enums, records and structs of these, and arrays, List, HashSet, "
        + "IReadOnlyList, ImmutableArray or Dictionary<string, ...> of these";

    /// <summary>The codec of a simple value other than an enum; null for any other type.</summary>
    public static string? Simple(ITypeSymbol type) => type switch
    {
        { SpecialType: SpecialType.System_Boolean } => "Boolean",
        { SpecialType: SpecialType.System_SByte } => "SByte",
        { SpecialType: SpecialType.System_Byte } => "Byte",
        { SpecialType: SpecialType.System_Int16 } => "Int16",
        { SpecialType: SpecialType.System_UInt16 } => "UInt16",
        { SpecialType: SpecialType.System_Int32 } => "Int32",
        { SpecialType: SpecialType.System_UInt32 } => "UInt32",
        { SpecialType: SpecialType.System_Int64 } => "Int64",
        { SpecialType: SpecialType.System_UInt64 } => "UInt64",
        { SpecialType: SpecialType.System_Single } => "Single",
        { SpecialType: SpecialType.System_Double } => "Double",
        { SpecialType: SpecialType.System_Decimal } => "Decimal",
        { SpecialType: SpecialType.System_Char } => "Char",
        { SpecialType: SpecialType.System_String } => "String",
        { SpecialType: SpecialType.System_DateTime } => "DateTime",
        IArrayTypeSymbol { Rank: 1, ElementType.SpecialType: SpecialType.System_Byte } => "Bytes",
        _ when type.Is("System.Int128") => "Int128",
        _ when type.Is("System.UInt128") => "UInt128",
        _ when type.Is("System.Guid") => "Guid",
        _ when type.Is("System.DateTimeOffset") => "DateTimeOffset",
        _ when type.Is("System.DateOnly") => "DateOnly",
        _ when type.Is("System.TimeOnly") => "TimeOnly",
        _ when type.Is("System.TimeSpan") => "TimeSpan",
        _ => null,
    };

    /// <summary>The codec of a collection, and what it is a collection of; null for any other type.</summary>
    public static (string Codec, ITypeSymbol Element)? Collection(ITypeSymbol type) => type switch
    {
        IArrayTypeSymbol { Rank: 1, ElementType: var element } => ("Array", element),
        INamedTypeSymbol { TypeArguments: [var element] } when type.Is("System.Collections.Generic.List`1") => ("List", element),
        INamedTypeSymbol { TypeArguments: [var element] } when type.Is("System.Collections.Generic.HashSet`1") => ("HashSet", element),
        INamedTypeSymbol { TypeArguments: [var element] } when type.Is("System.Collections.Generic.IReadOnlyList`1") => ("ReadOnlyList", element),
        INamedTypeSymbol { TypeArguments: [var element] } when type.Is("System.Collections.Immutable.ImmutableArray`1") => ("ImmutableArray", element),
        INamedTypeSymbol { TypeArguments: [{ SpecialType: SpecialType.System_String, NullableAnnotation: not NullableAnnotation.Annotated }, var value] }
            when type.Is("System.Collections.Generic.Dictionary`2") => ("Dictionary", value),
        _ => null,
    };
}
