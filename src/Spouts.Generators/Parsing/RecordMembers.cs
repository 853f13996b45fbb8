using Microsoft.CodeAnalysis;
using Spouts.Generators.Symbols;

namespace Spouts.Generators.Parsing;

/// <summary>What makes up a record or struct, and how it is made again.</summary>
internal sealed class RecordMembers
{
    private RecordMembers(IMethodSymbol? constructor, IReadOnlyList<Member> saved, string? lost)
    {
        Constructor = constructor;
        Saved = saved;
        Lost = lost;
    }

    /// <summary>The constructor that takes most of the members; null if there is none that can be called.</summary>
    public IMethodSymbol? Constructor { get; }

    /// <summary>The members that the constructor takes or that can be set, in the order of their declaration.</summary>
    public IReadOnlyList<Member> Saved { get; }

    /// <summary>A member that holds state but can neither be passed nor set; null if there is none.</summary>
    public string? Lost { get; }

    public static RecordMembers Of(INamedTypeSymbol record, IAssemblySymbol home)
    {
        ISymbol[] all = [.. Levels(record).SelectMany(static level => level.GetMembers()).Where(static member => !member.IsStatic)];
        Dictionary<string, ISymbol> readable = new(StringComparer.Ordinal);
        foreach (ISymbol member in all.Where(member => TypeOf(member) is not null && Reach.IsFrom(home, member)))
            readable[member.Name] = member;

        IMethodSymbol? constructor = record.InstanceConstructors
            .Where(constructor => Reach.IsFrom(home, (ISymbol)constructor) && constructor.Parameters.All(parameter => Match(parameter, readable.Values) is not null))
            .OrderByDescending(static constructor => constructor.Parameters.Length)
            .FirstOrDefault();

        Dictionary<string, IParameterSymbol> passed = constructor?.Parameters
            .ToDictionary(parameter => Match(parameter, readable.Values)!.Name, StringComparer.Ordinal) ?? [];
        Member[] saved = [.. readable.Values
            .Where(member => passed.ContainsKey(member.Name) || IsSettable(member, home))
            .Select(member => new Member(member, TypeOf(member)!, passed.TryGetValue(member.Name, out IParameterSymbol? parameter) ? parameter : null))];

        // Of a type from elsewhere the compiler does not show how its fields and properties belong together.
        string? lost = all
            .OfType<IFieldSymbol>()
            .Where(static field => field.Locations.Any(static place => place.IsInSource))
            .Select(static field => (field.AssociatedSymbol ?? field).Name)
            .FirstOrDefault(name => !saved.Any(member => member.Symbol.Name == name));
        return new(constructor, saved, lost);
    }

    /// <summary>The type and what it derives from, the base first.</summary>
    private static Stack<INamedTypeSymbol> Levels(INamedTypeSymbol type)
    {
        Stack<INamedTypeSymbol> levels = new();
        for (INamedTypeSymbol? level = type; level is { SpecialType: not (SpecialType.System_Object or SpecialType.System_ValueType) }; level = level.BaseType)
            levels.Push(level);
        return levels;
    }

    private static ITypeSymbol? TypeOf(ISymbol member) => member switch
    {
        IPropertySymbol { IsIndexer: false, GetMethod: not null, ReturnsByRef: false, ReturnsByRefReadonly: false } property => property.Type,
        IFieldSymbol { AssociatedSymbol: null } field => field.Type,
        _ => null,
    };

    private static ISymbol? Match(IParameterSymbol parameter, IEnumerable<ISymbol> members) =>
        parameter.RefKind is not (RefKind.None or RefKind.In) ? null : members.FirstOrDefault(member =>
            string.Equals(member.Name, parameter.Name, StringComparison.OrdinalIgnoreCase)
            && SymbolEqualityComparer.Default.Equals(TypeOf(member), parameter.Type));

    private static bool IsSettable(ISymbol member, IAssemblySymbol home) => member switch
    {
        IPropertySymbol { SetMethod: { } set } => Reach.IsFrom(home, (ISymbol)set),
        IFieldSymbol field => !field.IsReadOnly,
        _ => false,
    };

    /// <summary>A member, and the parameter of the constructor that takes it.</summary>
    internal sealed record Member(ISymbol Symbol, ITypeSymbol Type, IParameterSymbol? Parameter)
    {
        public bool IsRequired => Symbol is IPropertySymbol { IsRequired: true } or IFieldSymbol { IsRequired: true };
    }
}
