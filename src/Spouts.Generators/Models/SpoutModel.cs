namespace Spouts.Generators.Models;

/// <summary>A spout without mistakes: all that the emitters need to know of its class.</summary>
internal sealed record SpoutModel
{
    /// <summary>The pipeline's name.</summary>
    public required string Name { get; init; }

    /// <summary>The class as C# names it, with <c>global::</c>.</summary>
    public required string Class { get; init; }

    public required string OutputBranch { get; init; }

    public required string? Description { get; init; }

    /// <summary>The arguments of the constructor.</summary>
    public required EquatableArray<ArgumentModel> Constructor { get; init; }

    /// <summary>The sources, in the order of their declaration.</summary>
    public required EquatableArray<SourceModel> Sources { get; init; }
}
