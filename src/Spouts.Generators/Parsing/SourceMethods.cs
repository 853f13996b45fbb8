using Microsoft.CodeAnalysis;
using Spouts.Generators.Symbols;

namespace Spouts.Generators.Parsing;

/// <summary>Finds the methods of a spout and what is said of them, inherited or not.</summary>
internal static class SourceMethods
{
    /// <summary>The methods of a class and of its bases, the class first; of those that are overridden or hidden only the last one.</summary>
    public static IEnumerable<IMethodSymbol> Of(INamedTypeSymbol type)
    {
        HashSet<string> taken = new(StringComparer.Ordinal);
        foreach (INamedTypeSymbol level in Levels(type))
        {
            foreach (IMethodSymbol method in level.GetMembers().OfType<IMethodSymbol>())
            {
                if (CanBeSource(method) && taken.Add(Signature(method)))
                    yield return method;
            }
        }
    }

    /// <summary>The class and its bases.</summary>
    public static IEnumerable<INamedTypeSymbol> Levels(INamedTypeSymbol type)
    {
        for (INamedTypeSymbol? level = type; level is { SpecialType: not SpecialType.System_Object }; level = level.BaseType)
            yield return level;
    }

    /// <summary>An attribute of the method, or of the nearest method that it overrides.</summary>
    public static AttributeData? Annotation(IMethodSymbol method, string metadataName) =>
        method.Attribute(metadataName) ?? (method.OverriddenMethod is { } overridden ? Annotation(overridden, metadataName) : null);

    /// <summary>An attribute of the parameter, or of its like in the nearest method that its own overrides.</summary>
    public static AttributeData? Annotation(IParameterSymbol parameter, string metadataName) =>
        parameter.Attribute(metadataName)
        ?? (parameter.ContainingSymbol is IMethodSymbol { OverriddenMethod: { } overridden } ? Annotation(overridden.Parameters[parameter.Ordinal], metadataName) : null);

    /// <summary>An attribute of the class, or of its nearest base that has it.</summary>
    public static AttributeData? Annotation(INamedTypeSymbol type, string metadataName) =>
        Levels(type).Select(level => level.Attribute(metadataName)).FirstOrDefault(static found => found is not null);

    /// <summary>Whether a method is of a kind that a spout may have as its source, legal or not.</summary>
    private static bool CanBeSource(IMethodSymbol method) =>
        method.MethodKind is MethodKind.Ordinary or MethodKind.ExplicitInterfaceImplementation;

    private static string Signature(IMethodSymbol method) =>
        $"{method.Name}`{method.Arity}({string.Join(",", method.Parameters.Select(static parameter => parameter.Type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat)))})";
}
