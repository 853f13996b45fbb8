using Microsoft.CodeAnalysis;
using Spouts.Generators.Symbols;

namespace Spouts.Generators.Grammar;

/// <summary>Which types a cursor may have, and the member of <c>CursorCodec</c> for each.</summary>
internal static class CursorTypes
{
    /// <summary>The types, as a message lists them.</summary>
    public const string Legal =
        "bool, int, long, uint, ulong, double, decimal, string, Guid, DateTime, DateTimeOffset, DateOnly, TimeOnly, TimeSpan or an enum";

    public static string? Codec(ITypeSymbol type) => type switch
    {
        { TypeKind: TypeKind.Enum } => $"Enum<{type.ToDisplayString(Displayed.Qualified)}>()",
        { SpecialType: SpecialType.System_Boolean } => "Boolean",
        { SpecialType: SpecialType.System_Int32 } => "Int32",
        { SpecialType: SpecialType.System_Int64 } => "Int64",
        { SpecialType: SpecialType.System_UInt32 } => "UInt32",
        { SpecialType: SpecialType.System_UInt64 } => "UInt64",
        { SpecialType: SpecialType.System_Double } => "Double",
        { SpecialType: SpecialType.System_Decimal } => "Decimal",
        { SpecialType: SpecialType.System_String } => "String",
        { SpecialType: SpecialType.System_DateTime } => "DateTime",
        _ when type.Is("System.Guid") => "Guid",
        _ when type.Is("System.DateTimeOffset") => "DateTimeOffset",
        _ when type.Is("System.DateOnly") => "DateOnly",
        _ when type.Is("System.TimeOnly") => "TimeOnly",
        _ when type.Is("System.TimeSpan") => "TimeSpan",
        _ => null,
    };
}
