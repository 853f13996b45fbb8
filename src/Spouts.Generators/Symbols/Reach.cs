using Microsoft.CodeAnalysis;

namespace Spouts.Generators.Symbols;

/// <summary>What generated code, a stranger in the same assembly, can call.</summary>
internal static class Reach
{
    public static bool IsFromAssembly(Accessibility accessibility) =>
        accessibility is Accessibility.Public or Accessibility.Internal or Accessibility.ProtectedOrInternal;

    /// <summary>Whether the compiler refuses to let generated code use it, because it is obsolete as an error.</summary>
    public static bool IsForbidden(ISymbol symbol) =>
        symbol.Attribute(KnownTypes.Obsolete) is { } obsolete
        && obsolete.ConstructorArguments is [_, { Value: true }];

    /// <summary>Whether code of that assembly can name a type, and so the types around it.</summary>
    public static bool IsFrom(IAssemblySymbol assembly, INamedTypeSymbol type)
    {
        for (INamedTypeSymbol? outer = type; outer is not null; outer = outer.ContainingType)
        {
            if (!IsFrom(assembly, (ISymbol)outer) || outer.IsFileLocal)
                return false;
        }

        return true;
    }

    /// <summary>Whether code of that assembly can use a member of a type that it can name.</summary>
    public static bool IsFrom(IAssemblySymbol assembly, ISymbol member) =>
        member.DeclaredAccessibility is Accessibility.Public
        || (IsFromAssembly(member.DeclaredAccessibility) && SymbolEqualityComparer.Default.Equals(member.ContainingAssembly, assembly));
}
