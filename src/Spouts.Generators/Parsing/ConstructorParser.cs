using Microsoft.CodeAnalysis;
using Spouts.Generators.Diagnostics;
using Spouts.Generators.Models;
using Spouts.Generators.Symbols;

namespace Spouts.Generators.Parsing;

/// <summary>Finds out how generated code can make an object of a spout's class.</summary>
internal sealed class ConstructorParser(INamedTypeSymbol type, Mistakes mistakes)
{
    /// <summary>What to call and to set; null, with the mistake reported, if no object can be made.</summary>
    public ConstructorModel? Parse()
    {
        if (Obstacle() is { } obstacle)
            return NotConstructible(obstacle);

        if (Constructor(out string problem) is not { } constructor)
            return NotConstructible(problem);
        if (Reach.IsForbidden(constructor))
            return NotConstructible("its constructor is obsolete as an error, so no code may call it; make that a warning");
        if (constructor.Parameters.FirstOrDefault(static parameter => !Arguments.CanBePassed(parameter)) is { } odd)
            return NotConstructible($"its parameter '{odd.Name}' is no service; take an ordinary class or interface");

        (ISymbol Symbol, ITypeSymbol Type)[] members = constructor.Attribute(KnownTypes.SetsRequiredMembers) is null ? [.. RequiredMembers()] : [];
        if (members.FirstOrDefault(static member => member.Type.TypeKind is TypeKind.Pointer or TypeKind.FunctionPointer).Symbol is { } pointer)
            return NotConstructible($"its member '{pointer.Name}' is no service; take an ordinary class or interface");
        ArgumentModel?[] arguments = [.. constructor.Parameters.Select(parameter => Value(parameter, parameter.Type))];
        RequiredMemberModel?[] values = [.. members.Select(member => Value(member.Symbol, member.Type) is { } value
            ? new RequiredMemberModel(Displayed.Identifier(member.Symbol.Name), value)
            : null)];
        return arguments.Contains(null) || values.Contains(null) ? null : new() { Arguments = new(arguments!), Members = new(values!) };
    }

    private string? Obstacle()
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
            if (Reach.IsForbidden(outer))
                return $"{who} is obsolete as an error, so no code may use it; make that a warning";
            if (outer.IsFileLocal)
                return $"{who} is seen in its own file only; remove 'file'";
            if (!Reach.IsFromAssembly(outer.DeclaredAccessibility))
                return $"{who} cannot be reached from the rest of the program; make it public or internal";
        }

        return null;
    }

    /// <summary>The one that <c>[ActivatorUtilitiesConstructor]</c> marks or, if none does, the longest in reach.</summary>
    private IMethodSymbol? Constructor(out string problem)
    {
        IMethodSymbol[] marked = [.. type.InstanceConstructors.Where(static constructor => constructor.Attribute(KnownTypes.ActivatorConstructor) is not null)];
        IMethodSymbol[] candidates = [.. (marked.Length > 0 ? marked : [.. type.InstanceConstructors])
            .Where(constructor => Reach.IsFromAssembly(constructor.DeclaredAccessibility) && !IsCopy(constructor))
            .OrderByDescending(static constructor => constructor.Parameters.Length)];
        problem = marked.Length > 1 ? "two of its constructors are marked with [ActivatorUtilitiesConstructor]; leave the mark on one"
            : candidates.Length == 0 && marked.Length > 0 ? "the constructor that [ActivatorUtilitiesConstructor] marks is neither public nor internal; make it one of them"
            : candidates.Length == 0 ? "it has no constructor that is public or internal; make one so"
            : candidates is [var first, var second, ..] && first.Parameters.Length == second.Parameters.Length
                ? "two of its constructors take equally many parameters; make all but one private, or mark one with [ActivatorUtilitiesConstructor]"
            : "";
        return problem.Length == 0 ? candidates[0] : null;
    }

    private static bool IsCopy(IMethodSymbol constructor) =>
        constructor.ContainingType.IsRecord
        && constructor.Parameters is [{ Type: var only }]
        && SymbolEqualityComparer.Default.Equals(only, constructor.ContainingType);

    /// <summary>The members that must be set, of which an override and what it overrides are one.</summary>
    private IEnumerable<(ISymbol Symbol, ITypeSymbol Type)> RequiredMembers() => SourceMethods.Levels(type)
        .SelectMany(static level => level.GetMembers())
        .Select(static member => member switch
        {
            IPropertySymbol { IsRequired: true, Type: var type } => (member, type),
            IFieldSymbol { IsRequired: true, Type: var type } => (member, type),
            _ => ((ISymbol Symbol, ITypeSymbol Type)?)null,
        })
        .OfType<(ISymbol Symbol, ITypeSymbol Type)>()
        .GroupBy(static member => member.Symbol.Name, static (_, same) => same.First(), StringComparer.Ordinal);

    private ServiceArgument? Value(ISymbol target, ITypeSymbol wanted)
    {
        if (!wanted.Is(KnownTypes.Cursor) && !wanted.Is(KnownTypes.SpoutContext) && !wanted.Is(KnownTypes.CancellationToken))
        {
            ServiceArgument service = Arguments.Service(target, wanted);
            if (!Arguments.IsNeverRegistered(service, wanted))
                return service;
            mistakes.Add(Rules.ValueAsService, LocationInfo.From(target.Locations[0]), target.Name, wanted.ToDisplayString(Displayed.Short));
            return null;
        }

        mistakes.Add(
            Rules.RunValueInConstructor, LocationInfo.From(target.Locations[0]), type.Name, wanted.ToDisplayString(Displayed.Short));
        return null;
    }

    private ConstructorModel? NotConstructible(string why)
    {
        mistakes.Add(Rules.NotConstructible, LocationInfo.From(type.Locations[0]), type.Name, why);
        return null;
    }
}
