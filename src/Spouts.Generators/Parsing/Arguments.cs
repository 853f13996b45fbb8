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
        bool hasDefault = target is IParameterSymbol { HasExplicitDefaultValue: true };
        bool isNullable = type.NullableAnnotation is NullableAnnotation.Annotated;
        return new()
        {
            Type = type.TypeKind is TypeKind.Dynamic ? "object" : (type.IsReferenceType ? type.WithNullableAnnotation(NullableAnnotation.NotAnnotated) : type)
                .Qualified(),
            IsOptional = isNullable || hasDefault,
            IsNullable = isNullable,
            IsPlainValue = IsPlainValue(type),
            Default = hasDefault && (((IParameterSymbol)target).ExplicitDefaultValue is { } || IsPlainValue(type))
                ? Literals.Of(((IParameterSymbol)target).ExplicitDefaultValue, type)
                : null,
            Key = target.Attribute(KnownTypes.FromKeyedServices) is { ConstructorArguments: [var key] } ? Literals.Of(key) : null,
        };
    }

    /// <summary>
    /// Whether a program would hardly have a service of that type: a number, text, an enum or another value. One with a key was
    /// registered on purpose.
    /// </summary>
    public static bool IsNeverRegistered(ServiceArgument service, ITypeSymbol type) =>
        service is { IsOptional: false, Key: null } && (IsPlainValue(type) || type.SpecialType is SpecialType.System_String);

    /// <summary>The default of an optional parameter as a C# expression; null where it is what a cursor of its type begins with.</summary>
    public static string? Default(IParameterSymbol parameter, CodecModel? codec) => parameter switch
    {
        { HasExplicitDefaultValue: false } => null,
        { ExplicitDefaultValue: { } value } => Literals.Of(value, parameter.Type),
        _ => codec is RecordCodec && parameter.Type.IsValueType ? Literals.Of(null, parameter.Type) : null,
    };

    private static bool IsPlainValue(ITypeSymbol type) =>
        type is { IsValueType: true, OriginalDefinition.SpecialType: not SpecialType.System_Nullable_T };
}
