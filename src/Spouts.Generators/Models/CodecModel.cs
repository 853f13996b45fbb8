namespace Spouts.Generators.Models;

/// <summary>How the ledger keeps a value of one type.</summary>
internal abstract record CodecModel;

/// <summary>A member of <c>CursorCodec</c>, and the type that it is for as C# names it.</summary>
internal sealed record NamedCodec(string Name, string Type) : CodecModel;

/// <summary>The codec of an enum, whose type C# names with <c>global::</c>.</summary>
internal sealed record EnumCodec(string Type) : CodecModel;

/// <summary>A member of <c>CursorCodec</c> that is made from the codec of its element or value.</summary>
internal sealed record ComposedCodec(string Name, CodecModel Of) : CodecModel;

/// <summary>A record or struct, whose codec is generated.</summary>
internal sealed record RecordCodec : CodecModel
{
    /// <summary>Its type as C# names it, with <c>global::</c>.</summary>
    public required string Type { get; init; }

    /// <summary>What is saved, in the order in which it is declared.</summary>
    public required EquatableArray<MemberModel> Members { get; init; }

    /// <summary>Whether it says what becomes of older state.</summary>
    public required bool IsMigrated { get; init; }
}

/// <summary>A member of a record or struct.</summary>
internal sealed record MemberModel
{
    public required string Name { get; init; }

    /// <summary>Its name in the ledger.</summary>
    public required string JsonName { get; init; }

    /// <summary>How it is saved; null for one that is not, because JSON ignores it.</summary>
    public required CodecModel? Codec { get; init; }

    /// <summary>
    /// Whether it must be set where the record is made. One that need not be, and is no parameter, is set over the value that the
    /// record gives it by itself.
    /// </summary>
    public required bool IsRequired { get; init; }

    /// <summary>The constructor's parameter for it, if it has one.</summary>
    public required string? Parameter { get; init; }

    /// <summary>The parameter's default as a C# expression, if it has one.</summary>
    public required string? Default { get; init; }
}
