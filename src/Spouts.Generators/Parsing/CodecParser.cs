using Microsoft.CodeAnalysis;
using Spouts.Generators.Grammar;
using Spouts.Generators.Models;
using Spouts.Generators.Symbols;

namespace Spouts.Generators.Parsing;

/// <summary>Finds out how a cursor's type is written into the ledger and read from it.</summary>
/// <param name="home">The program's assembly, in which the generated code will be.</param>
internal sealed class CodecParser(IAssemblySymbol home)
{
    private readonly Stack<INamedTypeSymbol> _around = new();

    /// <summary>Why the last type cannot be saved.</summary>
    public string Obstacle { get; private set; } = "";

    /// <summary>The codec of a type; null, with the obstacle named, if it cannot be saved.</summary>
    public CodecModel? Parse(ITypeSymbol type)
    {
        if (type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T, TypeArguments: [var value] })
            return Composed("Nullable", value);
        bool isOptional = type.IsReferenceType && type.NullableAnnotation switch
        {
            NullableAnnotation.Annotated => true,
            NullableAnnotation.None => type.IsRecord,
            _ => false,
        };
        return isOptional ? Composed("Optional", type.WithNullableAnnotation(NullableAnnotation.NotAnnotated))
            : type.TypeKind is TypeKind.Enum ? new EnumCodec(Type(type))
            : CursorTypes.Simple(type) is { } simple ? new NamedCodec(simple, Type(type))
            : CursorTypes.Collection(type) is { } collection ? Composed(collection.Codec, collection.Element)
            : Record(type);
    }

    private static string Type(ITypeSymbol type) => type.WithNullableAnnotation(NullableAnnotation.NotAnnotated).Qualified();

    private ComposedCodec? Composed(string name, ITypeSymbol of) => Parse(of) is { } inner ? new(name, inner) : null;

    private RecordCodec? Record(ITypeSymbol type)
    {
        string name = type.ToDisplayString(Displayed.Short);
        if (type is not INamedTypeSymbol { IsTupleType: false, IsAbstract: false, IsRefLikeType: false } record
            || !(record.IsRecord || record.TypeKind is TypeKind.Struct))
        {
            return Refuse($"'{name}' is nothing that JSON without reflection can keep; {CursorTypes.Legal}");
        }

        if (!Reach.IsFrom(home, record))
            return Refuse($"generated code cannot reach '{name}'; make it public or internal");
        if (_around.Contains(record, SymbolEqualityComparer.Default))
            return Refuse($"'{name}' contains itself");
        IMethodSymbol? migrate = record.GetMembers("Migrate").OfType<IMethodSymbol>().FirstOrDefault();
        if (migrate is not null && !IsMigration(migrate, record))
            return Refuse($"'{name}.Migrate' would never be called; declare it 'public static {name} Migrate(JsonElement old)'");

        _around.Push(record);
        EquatableArray<MemberModel>? members = Members(record, name);
        _around.Pop();
        return members is null ? null : new()
        {
            Type = Type(record),
            Members = members,
            IsMigrated = migrate is not null,
        };
    }

    private EquatableArray<MemberModel>? Members(INamedTypeSymbol record, string name)
    {
        RecordMembers found = RecordMembers.Of(record, home);
        if (found.Constructor is null)
            return Refuse<EquatableArray<MemberModel>>($"'{name}' has no constructor whose parameters are all members of it");
        if (found.Lost is { } lost)
            return Refuse<EquatableArray<MemberModel>>($"'{name}.{lost}' would be lost; make it a public property with a setter or a constructor parameter");
        if (found.Hidden is { } hidden)
            return Refuse<EquatableArray<MemberModel>>($"'{name}.{hidden}' hides a member of its base, which would be lost; give it another name");
        if (found.All.All(static member => member.IsIgnored))
            return Refuse<EquatableArray<MemberModel>>($"'{name}' has no member to save; {CursorTypes.Legal}");

        List<MemberModel> members = [];
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach (RecordMembers.Member member in found.All)
        {
            if (!member.IsIgnored && !IsText(member.JsonName))
                return Refuse<EquatableArray<MemberModel>>($"the name that '[JsonPropertyName]' gives '{name}.{member.Symbol.Name}' is not text");
            if (!member.IsIgnored && !names.Add(member.JsonName))
                return Refuse<EquatableArray<MemberModel>>($"two of its members are saved as '{member.JsonName}'; change one '[JsonPropertyName]'");
            CodecModel? codec = member.IsIgnored ? null : Parse(member.Type);
            if (codec is null && !member.IsIgnored)
            {
                Obstacle = $"its member '{name}.{member.Symbol.Name}': {Obstacle}";
                return null;
            }

            members.Add(new()
            {
                Name = member.Symbol.Name,
                JsonName = member.JsonName,
                Codec = codec,
                IsRequired = member.IsRequired,
                Parameter = member.Parameter?.Name,
                Default = member.Parameter is { } parameter ? Arguments.Default(parameter, codec) : null,
            });
        }

        return new(members);
    }

    private bool IsMigration(IMethodSymbol method, INamedTypeSymbol record) =>
        method is { IsStatic: true, IsGenericMethod: false, Parameters: [{ RefKind: RefKind.None, Type: var old }], ReturnsByRef: false, ReturnsByRefReadonly: false }
        && old.Is(KnownTypes.JsonElement)
        && SymbolEqualityComparer.Default.Equals(method.ReturnType, record)
        && method.ReturnType.NullableAnnotation is not NullableAnnotation.Annotated
        && Reach.IsFrom(home, (ISymbol)method);

    /// <summary>Whether JSON can say it: half a surrogate pair is no character.</summary>
    private static bool IsText(string name)
    {
        for (int i = 0; i < name.Length; i++)
        {
            if (char.IsSurrogatePair(name, i))
                i++;
            else if (char.IsSurrogate(name[i]))
                return false;
        }

        return true;
    }

    private RecordCodec? Refuse(string obstacle) => Refuse<RecordCodec>(obstacle);

    private T? Refuse<T>(string obstacle) where T : class
    {
        Obstacle = obstacle;
        return null;
    }
}
