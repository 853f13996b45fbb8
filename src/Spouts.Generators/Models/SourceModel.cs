namespace Spouts.Generators.Models;

/// <summary>A source method.</summary>
internal sealed record SourceModel
{
    /// <summary>The source's key in the ledger.</summary>
    public required string Name { get; init; }

    /// <summary>The method as C# names it; a keyword has its <c>@</c>.</summary>
    public required string Method { get; init; }

    public required bool IsStatic { get; init; }

    public required TimeSpan Interval { get; init; }

    public required SourceShape Shape { get; init; }

    public required EquatableArray<ArgumentModel> Arguments { get; init; }
}
