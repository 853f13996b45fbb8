namespace Spouts.Generators.Models;

/// <summary>Where the value of a parameter comes from.</summary>
internal abstract record ArgumentModel;

/// <summary>The run's <c>CancellationToken</c>.</summary>
internal sealed record CancellationArgument : ArgumentModel;

/// <summary>The run's <c>SpoutContext</c>.</summary>
internal sealed record ContextArgument : ArgumentModel;

/// <summary>The time that is due.</summary>
internal sealed record DueArgument : ArgumentModel;

/// <summary>A <c>Cursor&lt;T&gt;</c>.</summary>
internal sealed record CursorArgument : ArgumentModel
{
    /// <summary>Its name in the ledger.</summary>
    public required string Name { get; init; }

    /// <summary>The name that it had before; null if it never was renamed.</summary>
    public required string? FormerName { get; init; }

    /// <summary>Its type as its author writes it.</summary>
    public required string Type { get; init; }

    /// <summary>How the ledger keeps it.</summary>
    public required CodecModel Codec { get; init; }
}

/// <summary>A service of the program.</summary>
internal sealed record ServiceArgument : ArgumentModel
{
    /// <summary>Its type as C# names it, with <c>global::</c>.</summary>
    public required string Type { get; init; }

    /// <summary>Whether the program need not have such a service: the parameter takes null, or has a default value.</summary>
    public required bool IsOptional { get; init; }

    /// <summary>Whether the parameter takes null.</summary>
    public required bool IsNullable { get; init; }

    /// <summary>Whether it is a value type that is never null.</summary>
    public required bool IsPlainValue { get; init; }

    /// <summary>The parameter's default value as a C# expression; null where it has none, or has null.</summary>
    public required string? Default { get; init; }

    /// <summary>The key of <c>[FromKeyedServices]</c> as a C# expression.</summary>
    public required string? Key { get; init; }
}
