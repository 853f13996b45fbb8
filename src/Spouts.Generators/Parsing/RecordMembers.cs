using Microsoft.CodeAnalysis;
using Spouts.Generators.Symbols;

namespace Spouts.Generators.Parsing;

/// <summary>What makes up a record or struct, and how it is made again.</summary>
internal sealed class RecordMembers
{
    private RecordMembers(IMethodSymbol? constructor, IReadOnlyList<Member> all, string? lost, string? hidden) =>
        (Constructor, All, Lost, Hidden) = (constructor, all, lost, hidden);

    /// <summary>The constructor that takes most of the members; null if there is none that can be called.</summary>
    public IMethodSymbol? Constructor { get; }

    /// <summary>The members that the constructor takes or that can be set, in the order of their declaration.</summary>
    public IReadOnlyList<Member> All { get; }

    /// <summary>A member that holds state but can neither be passed nor set; null if there is none.</summary>
    public string? Lost { get; }

    /// <summary>A member that hides one of a base, which has its own state; null if there is none.</summary>
    public string? Hidden { get; }

    public static RecordMembers Of(INamedTypeSymbol record, IAssemblySymbol home)
    {
        ISymbol[] all = [.. Levels(record).SelectMany(static level => level.GetMembers()).Where(static member => !member.IsStatic)];
        Dictionary<string, ISymbol> readable = new(StringComparer.Ordinal);
        string? hidden = null;
        foreach (ISymbol member in all.Where(member => TypeOf(member) is not null && (Reach.IsFrom(home, member) || IsIgnoredByJson(member))))
        {
            if (readable.TryGetValue(member.Name, out ISymbol? known) && member is not IPropertySymbol { IsOverride: true } && HasState(known))
                hidden ??= member.Name;
            readable[member.Name] = member;
        }

        (IMethodSymbol Constructor, Dictionary<string, IParameterSymbol> Passed)? found = record.InstanceConstructors
            .Where(constructor => Reach.IsFrom(home, (ISymbol)constructor))
            .OrderByDescending(static constructor => constructor.Parameters.Length)
            .Select(constructor => Passed(constructor, readable.Values) is { } passed ? (constructor, passed) : ((IMethodSymbol, Dictionary<string, IParameterSymbol>)?)null)
            .FirstOrDefault(static constructor => constructor is not null);
        bool setsRequired = found?.Constructor.Attribute(KnownTypes.SetsRequiredMembers) is not null;
        Member[] made = [.. readable.Values
            .Select(member => new Member(
                member,
                TypeOf(member)!,
                found?.Passed.TryGetValue(member.Name, out IParameterSymbol? parameter) is true ? parameter : null,
                IsRequired: !setsRequired && member is IPropertySymbol { IsRequired: true } or IFieldSymbol { IsRequired: true }))
            .Where(member => member.Parameter is not null || IsSettable(member.Symbol, home))];

        // Of a type from elsewhere the compiler does not show how its fields and properties belong together.
        string? lost = all
            .OfType<IFieldSymbol>()
            .Where(static field => field.Locations.Any(static place => place.IsInSource))
            .Select(static field => field.AssociatedSymbol ?? field)
            .FirstOrDefault(state => !IsIgnoredByJson(state) && !made.Any(member => member.Symbol.Name == state.Name))?.Name;

        // What methods use of a primary constructor's parameter "a" is kept in a field "<a>P".
        return new(found?.Constructor, made, lost?.Split('<', '>') is [_, var captured, _] ? captured : lost, hidden);
    }

    /// <summary>
    /// The member that each parameter of a constructor is: the one of its name or, if there is none, the only one whose name differs
    /// from it in case alone. Null if a parameter is no member.
    /// </summary>
    private static Dictionary<string, IParameterSymbol>? Passed(IMethodSymbol constructor, IReadOnlyCollection<ISymbol> members)
    {
        Dictionary<string, IParameterSymbol> passed = new(StringComparer.Ordinal);
        foreach (IParameterSymbol parameter in constructor.Parameters.OrderBy(parameter => !members.Any(member => member.Name == parameter.Name)))
        {
            ISymbol[] fitting = [.. members.Where(member => !passed.ContainsKey(member.Name) && IsMember(parameter, member))];
            ISymbol? member = Array.Find(fitting, member => member.Name == parameter.Name) ?? (fitting is [var only] ? only : null);
            if (member is null)
                return null;
            passed.Add(member.Name, parameter);
        }

        return passed;
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

    private static bool IsMember(IParameterSymbol parameter, ISymbol member) =>
        parameter.RefKind is RefKind.None or RefKind.In
        && string.Equals(member.Name, parameter.Name, StringComparison.OrdinalIgnoreCase)
        && SymbolEqualityComparer.Default.Equals(TypeOf(member), parameter.Type);

    private static bool IsSettable(ISymbol member, IAssemblySymbol home) => member switch
    {
        IPropertySymbol { SetMethod: { } set } => Reach.IsFrom(home, (ISymbol)set),
        IFieldSymbol field => !field.IsReadOnly,
        _ => false,
    };

    private static bool HasState(ISymbol member) => member is IFieldSymbol
        || member.ContainingType.GetMembers().OfType<IFieldSymbol>().Any(field => SymbolEqualityComparer.Default.Equals(field.AssociatedSymbol, member));

    /// <summary>Whether JSON ignores it, whatever its value.</summary>
    private static bool IsIgnoredByJson(ISymbol member) =>
        member.Attribute(KnownTypes.JsonIgnore) is { } ignore && ignore.Member("Condition") is null or "global::System.Text.Json.Serialization.JsonIgnoreCondition.Always";

    /// <summary>A member, and the parameter of the constructor that takes it.</summary>
    internal sealed record Member(ISymbol Symbol, ITypeSymbol Type, IParameterSymbol? Parameter, bool IsRequired)
    {
        /// <summary>Its name in the ledger.</summary>
        public string JsonName => Symbol.Attribute(KnownTypes.JsonPropertyName) is { } named && named.TryGetText(out string name) ? name : Symbol.Name;

        /// <summary>Whether it is not saved.</summary>
        public bool IsIgnored => IsIgnoredByJson(Symbol);
    }
}
