using Spouts.Generators.Models.Pipelines;

namespace Spouts.Generators.Models;

/// <summary>A spout without mistakes: all that the emitters need to know of its class.</summary>
internal sealed record SpoutModel
{
    /// <summary>The pipeline's name.</summary>
    public required string Name { get; init; }

    /// <summary>The class as C# names it, with <c>global::</c>.</summary>
    public required string Class { get; init; }

    public required string OutputBranch { get; init; }

    public required PipelineModel Pipeline { get; init; }

    /// <summary>How an object of the class is made.</summary>
    public required ConstructorModel Constructor { get; init; }

    /// <summary>The sources: those of the class in the order of their declaration, then those of its base.</summary>
    public required EquatableArray<SourceModel> Sources { get; init; }
}
