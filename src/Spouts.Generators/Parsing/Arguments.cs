using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis;
using Spouts.Generators.Models;
using Spouts.Generators.Symbols;

namespace Spouts.Generators.Parsing;

/// <summary>Reads what the parameters of constructors and source methods have in common.</summary>
internal static class Arguments
{
    /// <summary>Whether a value can be passed: no <c>ref</c> or <c>out</c>, nothing that lives on the stack only.</summary>
    public static bool CanBePassed(IParameterSymbol parameter) =>
        parameter.RefKind is RefKind.None or RefKind.In
        && !parameter.Type.IsRefLikeType
        && parameter.Type.TypeKind is not (TypeKind.Pointer or TypeKind.FunctionPointer);

    /// <summary>A parameter or member that is filled from the program's services.</summary>
    public static ServiceArgument Service(ISymbol target, ITypeSymbol type)
    {
        bool isOptional = type.NullableAnnotation is NullableAnnotation.Annotated;
        return new()
        {
            Type = (type.IsReferenceType ? type.WithNullableAnnotation(NullableAnnotation.NotAnnotated) : type)
                .ToDisplayString(Displayed.Qualified),
            IsOptional = isOptional,
            Key = target.Attribute(KnownTypes.FromKeyedServices) is { ConstructorArguments: [var key] } ? Constant(key) : null,
        };
    }

    /// <summary>The default of an optional parameter as a C# expression; null where it has none beside its type's.</summary>
    public static string? Default(IParameterSymbol parameter) =>
        parameter is not { HasExplicitDefaultValue: true, ExplicitDefaultValue: { } value } ? null : value switch
        {
            string or bool or char => SymbolDisplay.FormatPrimitive(value, quoteStrings: true, useHexadecimalNumbers: false),
            double.NaN or float.NaN => "float.NaN",
            double.PositiveInfinity or float.PositiveInfinity => "float.PositiveInfinity",
            double.NegativeInfinity or float.NegativeInfinity => "float.NegativeInfinity",
            _ => $"({parameter.Type.ToDisplayString(Displayed.Qualified)})({SymbolDisplay.FormatPrimitive(value, quoteStrings: true, useHexadecimalNumbers: false)})",
        };

    private static string Constant(TypedConstant constant) => constant switch
    {
        { Kind: TypedConstantKind.Type, Value: ITypeSymbol type } => $"typeof({type.ToDisplayString(Displayed.Qualified)})",
        { Kind: TypedConstantKind.Enum, Type: { } type, Value: { } value } =>
            $"({type.ToDisplayString(Displayed.Qualified)})({SymbolDisplay.FormatPrimitive(value, quoteStrings: true, useHexadecimalNumbers: false)})",
        _ => constant.ToCSharpString(),
    };
}
