namespace Spouts.Hosting;

/// <summary>A spout as generated code hands it to the host: the facts of its annotations and typed delegates, no reflection.</summary>
public sealed class SpoutRegistration
{
    /// <summary>The pipeline's name (<see cref="SpoutAttribute.Name"/>).</summary>
    public required string Name { get; init; }

    /// <summary>The output branch (<see cref="SpoutAttribute.OutputBranch"/>).</summary>
    public required string OutputBranch { get; init; }

    /// <summary>The services that an object of its class cannot be made without, each with its key; null for none.</summary>
    public IReadOnlyList<(Type Type, object? Key)> Services { get; init; } = [];

    /// <summary>The sources, in the order in which the class declares them; their names are unique.</summary>
    public required IReadOnlyList<SourceRegistration> Sources { get; init; }
}
