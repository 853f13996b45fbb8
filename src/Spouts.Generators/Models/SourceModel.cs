namespace Spouts.Generators.Models;

/// <summary>A source method.</summary>
internal sealed record SourceModel
{
    /// <summary>The source's key in the ledger.</summary>
    public required string Name { get; init; }

    /// <summary>The key that it had before; null if it never was renamed.</summary>
    public required string? FormerName { get; init; }

    /// <summary>The method as C# names it; a keyword has its <c>@</c>.</summary>
    public required string Method { get; init; }

    /// <summary>The base class to call it through, where the spout's class has other methods of that name; null for the class.</summary>
    public required string? Through { get; init; }

    public required bool IsStatic { get; init; }

    public required TriggerModel Trigger { get; init; }

    public required BatchModel? Batch { get; init; }

    public required RetryModel? Retry { get; init; }

    public required SourceShape Shape { get; init; }

    public required EquatableArray<ArgumentModel> Arguments { get; init; }
}
