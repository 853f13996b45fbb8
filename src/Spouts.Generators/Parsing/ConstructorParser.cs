using Microsoft.CodeAnalysis;
using Spouts.Generators.Diagnostics;
using Spouts.Generators.Models;
using Spouts.Generators.Symbols;

namespace Spouts.Generators.Parsing;

/// <summary>Finds out how generated code can make an object of a spout's class.</summary>
internal static class ConstructorParser
{
    /// <summary>The arguments of its constructor; null, with the mistake reported, if it has none to call.</summary>
    public static EquatableArray<ArgumentModel>? Parse(INamedTypeSymbol type, List<DiagnosticInfo> mistakes)
    {
        if (Obstacle(type) is { } obstacle)
            return NotConstructible(type, obstacle, mistakes);

        IMethodSymbol[] accessible = [.. type.InstanceConstructors
            .Where(constructor => Reach.IsFromAssembly(constructor.DeclaredAccessibility) && !IsCopy(constructor))
            .OrderByDescending(static constructor => constructor.Parameters.Length)];
        if (accessible is not [var constructor, ..])
            return NotConstructible(type, "it has no constructor that is public or internal; make one so", mistakes);
        if (accessible is [_, var second, ..] && second.Parameters.Length == constructor.Parameters.Length)
            return NotConstructible(type, "two of its constructors take equally many parameters; make all but one private", mistakes);
        if (RequiredMember(type) is { } required && constructor.Attribute(KnownTypes.SetsRequiredMembers) is null)
            return NotConstructible(type, $"its member '{required}' is required; take it as a constructor parameter", mistakes);

        List<ArgumentModel> arguments = [];
        foreach (IParameterSymbol parameter in constructor.Parameters)
        {
            if (!Arguments.CanBePassed(parameter))
                return NotConstructible(type, $"its parameter '{parameter.Name}' is no service; take an ordinary class or interface", mistakes);
            if (IsOfOneRun(parameter.Type))
            {
                mistakes.Add(DiagnosticInfo.Create(
                    Rules.RunParameterInConstructor, LocationInfo.From(parameter.Locations[0]),
                    type.Name, parameter.Type.ToDisplayString(Displayed.Short)));
                return null;
            }

            arguments.Add(Arguments.Service(parameter));
        }

        return new(arguments);
    }

    private static string? Obstacle(INamedTypeSymbol type)
    {
        if (type.IsStatic)
            return "it is static; remove 'static' from the class (its methods may stay static)";
        if (type.IsAbstract)
            return "it is abstract; mark a class that derives from it";
        for (INamedTypeSymbol? outer = type; outer is not null; outer = outer.ContainingType)
        {
            string who = ReferenceEquals(outer, type) ? "it" : $"the class '{outer.Name}' around it";
            if (outer.TypeParameters.Length > 0)
                return $"{who} is generic, and nothing says with which types; mark a class that derives from it";
            if (!Reach.IsFromAssembly(outer.DeclaredAccessibility) || outer.IsFileLocal)
                return $"{who} cannot be reached from the rest of the program; make it public or internal";
        }

        return null;
    }

    private static bool IsCopy(IMethodSymbol constructor) =>
        constructor.ContainingType.IsRecord
        && constructor.Parameters is [{ Type: var only }]
        && SymbolEqualityComparer.Default.Equals(only, constructor.ContainingType);

    private static bool IsOfOneRun(ITypeSymbol type) =>
        type.Is(KnownTypes.Cursor) || type.Is(KnownTypes.SpoutContext) || type.Is(KnownTypes.CancellationToken);

    private static string? RequiredMember(INamedTypeSymbol type)
    {
        for (INamedTypeSymbol? level = type; level is not null; level = level.BaseType)
        {
            foreach (ISymbol member in level.GetMembers())
            {
                if (member is IPropertySymbol { IsRequired: true } or IFieldSymbol { IsRequired: true })
                    return member.Name;
            }
        }

        return null;
    }

    private static EquatableArray<ArgumentModel>? NotConstructible(INamedTypeSymbol type, string why, List<DiagnosticInfo> mistakes)
    {
        mistakes.Add(DiagnosticInfo.Create(Rules.NotConstructible, LocationInfo.From(type.Locations[0]), type.Name, why));
        return null;
    }
}
