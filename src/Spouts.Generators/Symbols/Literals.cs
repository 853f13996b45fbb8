using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Spouts.Generators.Symbols;

/// <summary>Constants as C# expressions that have their value to the last bit.</summary>
internal static class Literals
{
    /// <summary>A constant of a type; null for the reference type's null.</summary>
    public static string Of(object? value, ITypeSymbol type) => value switch
    {
        null => type.IsValueType ? $"default({type.Qualified()})" : "null",
        string text => Text(text),
        bool or char when type.SpecialType is not SpecialType.None => Primitive(value),
        double number when type.SpecialType is SpecialType.System_Double => Double(number),
        float number when type.SpecialType is SpecialType.System_Single => Single(number),
        decimal number when type.SpecialType is SpecialType.System_Decimal => Decimal(number),
        DateTime time => $"new global::System.DateTime({Primitive(time.Ticks)}L)",
        _ => $"({type.Qualified()})({Written(value)})",
    };

    public static string Text(string text) => SymbolDisplay.FormatLiteral(text, quote: true);

    /// <summary>The argument of an attribute.</summary>
    public static string Of(TypedConstant constant) => constant switch
    {
        { IsNull: true } => "null",
        { Kind: TypedConstantKind.Type, Value: ITypeSymbol type } => $"typeof({type.Qualified()})",
        { Kind: TypedConstantKind.Array, Type: { } type, Values: var elements } =>
            $"new {type.Qualified()} {{ {string.Join(", ", elements.Select(Of))} }}",
        { Type: { } type, Value: var value } => Of(value, type),
        _ => "null",
    };

    private static string Written(object value) => value switch
    {
        double number => Double(number),
        float number => Single(number),
        decimal number => Decimal(number),
        _ => Primitive(value),
    };

    private static string Primitive(object value) => SymbolDisplay.FormatPrimitive(value, quoteStrings: true, useHexadecimalNumbers: false);

    private static string Decimal(decimal number) => number.ToString(CultureInfo.InvariantCulture) + "m";

    private static string Double(double number)
    {
        if (double.IsNaN(number))
            return "double.NaN";
        if (double.IsInfinity(number))
            return number > 0 ? "double.PositiveInfinity" : "double.NegativeInfinity";
        return IsNegativeZero(number) ? "-0D" : Exact(number, "R", "G17") + "D";
    }

    private static string Single(float number)
    {
        if (float.IsNaN(number))
            return "float.NaN";
        if (float.IsInfinity(number))
            return number > 0 ? "float.PositiveInfinity" : "float.NegativeInfinity";
        return IsNegativeZero(number) ? "-0F" : Exact(number, "R", "G9") + "F";
    }

    // The runtime of some editors neither writes its sign nor, with "R", every number exactly.
    private static bool IsNegativeZero(double number) => BitConverter.DoubleToInt64Bits(number) == long.MinValue;

    private static string Exact<T>(T number, string shortest, string exact) where T : struct, IFormattable, IConvertible
    {
        string text = number.ToString(shortest, CultureInfo.InvariantCulture);
        return Convert.ChangeType(text, typeof(T), CultureInfo.InvariantCulture).Equals(number) ? text : number.ToString(exact, CultureInfo.InvariantCulture);
    }
}
