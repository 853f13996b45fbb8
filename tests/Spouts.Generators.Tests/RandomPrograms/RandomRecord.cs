namespace Spouts.Generators.Tests.RandomPrograms;

/// <summary>A record or struct of a random program.</summary>
internal sealed class RandomRecord
{
    private static readonly string[] Names =
    [
        "@class", "@event", "@int", "@var", "@record", "@field", "value", "Value", "VALUE", "saved", "Saved", "made", "Größe", "größe", "名前", "_", "__", "a_b", "aB", "ab",
        "System", "Spouts", "Get", "Write", "Read", "Initial", "Record", "String", "Codec", "services", "@await", "@static", "utf16", "Ünï", "x1", "X1",
    ];

    private readonly List<Member> _members = [];
    private readonly string _keyword;
    private readonly string _identifier;
    private readonly string _typeParameters;
    private readonly string _attributes;
    private readonly RandomRecord? _base;

    /// <param name="random">The source of all choices.</param>
    /// <param name="around">The namespace and the types around it, with <c>global::</c>.</param>
    /// <param name="taken">The names that are used around it.</param>
    /// <param name="known">Types that it may be made of.</param>
    /// <param name="bases">Records that it may derive from.</param>
    public RandomRecord(Random random, string around, HashSet<string> taken, IReadOnlyList<RandomType> known, IReadOnlyList<RandomRecord> bases)
    {
        _base = bases.Count > 0 && random.Next(3) == 0 ? bases[random.Next(bases.Count)] : null;
        _keyword = _base is not null ? "record" : Constants.Pick(random, "sealed record", "record", "record struct", "readonly record struct", "struct");
        do
            _identifier = Constants.Pick(random, Names);
        while (!taken.Add(_identifier.TrimStart('@')));
        string[] arguments = _base is null && _keyword != "struct" && random.Next(4) == 0
            ? [.. Enumerable.Range(0, random.Next(1, 3)).Select(_ => Argument(random, known))]
            : [];
        _typeParameters = arguments.Length == 0 ? "" : $"<{string.Join(", ", arguments.Select(static (_, i) => $"T{i}"))}>";
        _attributes = Constants.Pick(random, "", "", "", "[global::System.Obsolete] ", "[global::System.Obsolete(\"x\", DiagnosticId = \"X1\")] ", "[global::System.Diagnostics.CodeAnalysis.Experimental(\"X2\")] ");
        string name = $"{around}.{_identifier}{(arguments.Length == 0 ? "" : $"<{string.Join(", ", arguments)}>")}";

        HashSet<string> names = [_identifier.TrimStart('@'), .. _base?._members.Select(static member => member.Identifier) ?? []];
        if (_base is not null)
            _members.AddRange(_base._members.Select(static member => member with { IsInherited = true }));
        AddMembers(random, names, known);
        if (_members.TrueForAll(static member => member.IsIgnored))
            _members.Insert(0, new(FreeName(random, names), known[0]) { IsParameter = _keyword != "struct" });
        Type = new(name, random => Made(name, random), IsReference: IsClass, Depth: _members.Max(static member => member.Type.Depth) + 1);
    }

    public RandomType Type { get; }

    /// <summary>Whether another record may derive from it.</summary>
    public bool CanBeBase => _keyword == "record" && _typeParameters.Length == 0 && _base is null && !_members.Exists(static member => member.Default is not null && member.IsParameter);

    /// <summary>What its author wrote for members that the ledger does not have.</summary>
    public IEnumerable<(string Member, string Type, string Value)> Defaults =>
        from member in _members
        where member.Default is not null
        select (member.Identifier, member.Type.Name, member.Default);

    private bool IsClass => !_keyword.EndsWith("struct", StringComparison.Ordinal);

    /// <summary>The declaration as C#.</summary>
    public string Declaration()
    {
        Member[] parameters = [.. _members.Where(static member => member.IsParameter)];
        string head = $"{_attributes}public {_keyword} {_identifier}{_typeParameters}"
            + (_keyword == "struct" ? "" : $"({string.Join(", ", parameters.Select(Parameter))})")
            + (_base is null ? "" : $" : {_base.Type.Name}({string.Join(", ", parameters.Where(static member => member.IsInherited).Select(static member => member.Name))})");
        return $"{head} {{ {string.Join(" ", _members.Where(static member => member is { IsParameter: false, IsInherited: false }).Select(Property))} }}";
    }

    private static string Parameter(Member member) =>
        (member.IsInherited || member.Json.Length == 0 ? "" : $"[property: {member.Json}] ")
        + $"{member.Type.Name} {member.Name}{(member.Default is null ? "" : $" = {member.Default}")}";

    private string Property(Member member)
    {
        string init = _keyword == "readonly record struct" ? "init" : member.Accessor;
        string json = member.Json.Length == 0 ? "" : $"[{member.Json}] ";
        return member.Accessor.Length == 0 && _keyword != "readonly record struct"
            ? $"{json}public {(member.IsRequired ? "required " : "")}{member.Type.Name} {member.Name}{(member.Default is null ? "" : $" = {member.Default}")};"
            : $"{json}public {(member.IsRequired ? "required " : "")}{member.Type.Name} {member.Name} {{ get; {(init.Length == 0 ? "init" : init)}; }}{(member.Default is null ? "" : $" = {member.Default};")}";
    }

    private void AddMembers(Random random, HashSet<string> names, IReadOnlyList<RandomType> known)
    {
        bool hasDefaults = false;
        int json = 0;
        for (int i = random.Next(1, 6); i > 0; i--)
        {
            RandomType type = known[random.Next(known.Count)];
            bool isParameter = _keyword != "struct" && random.Next(2) == 0;
            bool isIgnored = random.Next(12) == 0;
            hasDefaults |= isParameter && (random.Next(3) == 0 || isIgnored);
            string? initial = isParameter ? (hasDefaults ? ParameterDefault(random, type) : null)
                : _keyword != "struct" && (random.Next(2) == 0 || isIgnored) ? type.Value(random)
                : null;
            if (isParameter && hasDefaults && initial is null)
                continue;
            _members.Add(new(FreeName(random, names), type)
            {
                IsParameter = isParameter,
                IsIgnored = isIgnored && initial is not null,
                IsRequired = !isParameter && initial is null && random.Next(3) == 0,
                Default = initial,
                Accessor = Constants.Pick(random, "init", "set", ""),
                Json = isIgnored && initial is not null ? "global::System.Text.Json.Serialization.JsonIgnore"
                    : random.Next(8) == 0 ? $"global::System.Text.Json.Serialization.JsonPropertyName(\"json-{json++}{(_base is null ? "" : "d")}\")"
                    : "",
            });
        }

        // What is optional comes last; a struct has initialisers only beside parameters.
        _members.Sort((one, other) => (one.Default is not null).CompareTo(other.Default is not null));
        if (!IsClass && !_members.Exists(static member => member.IsParameter))
            _members.RemoveAll(static member => member is { Default: not null });
    }

    private static string? ParameterDefault(Random random, RandomType type) =>
        type.IsConstant && random.Next(5) > 0 ? type.Value(random)
        : type.NullOrDefault is { } nothing ? nothing
        : type is { IsReference: false, Depth: 0 } ? "default"
        : type.IsConstant ? type.Value(random)
        : null;

    /// <summary>An argument that no member keeps may be of any type.</summary>
    private static string Argument(Random random, IReadOnlyList<RandomType> known) => random.Next(3) switch
    {
        0 => Constants.Pick(random, "(int A, string? B)", "(int, int)", "int[,]", "int[][]", "global::System.Func<int?, string>", "dynamic", "object?", "nint", "(int, (long, char?)[])?"),
        _ => known[random.Next(known.Count)].Name,
    };

    private static string FreeName(Random random, HashSet<string> names)
    {
        string name;
        do
            name = Constants.Pick(random, Names);
        while (!names.Add(name.TrimStart('@')));
        return name;
    }

    private string Made(string name, Random random)
    {
        string arguments = string.Join(", ", _members
            .Where(static member => member is { IsParameter: true, IsIgnored: false })
            .Where(member => member.Default is null || random.Next(3) > 0)
            .Select(member => $"{member.Name}: {member.Type.Value(random)}"));
        string members = string.Join(", ", _members
            .Where(static member => member is { IsParameter: false, IsIgnored: false })
            .Where(member => member.IsRequired || member.Type.NullOrDefault is null || random.Next(3) > 0)
            .Select(member => $"{member.Name} = {member.Type.Value(random)}"));

        // Without arguments, a struct's constructor would not be the one that is written.
        string made = arguments.Length == 0 && !IsClass && _members.Exists(static member => member.IsParameter)
            ? string.Join(", ", _members.Where(static member => member.IsParameter).Take(1).Select(member => $"{member.Name}: {(member.IsIgnored ? member.Default : member.Type.Value(random))}"))
            : arguments;
        return $"new {name}({made}) {{ {members} }}";
    }

    private sealed record Member(string Name, RandomType Type)
    {
        public string Identifier => Name.TrimStart('@');

        public bool IsParameter { get; init; }

        public bool IsRequired { get; init; }

        public bool IsIgnored { get; init; }

        public bool IsInherited { get; init; }

        public string? Default { get; init; }

        public string Accessor { get; init; } = "";

        public string Json { get; init; } = "";
    }
}
