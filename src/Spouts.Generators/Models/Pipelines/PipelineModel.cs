namespace Spouts.Generators.Models.Pipelines;

/// <summary>What a class says of its pipeline and its worker, beside name, branch and sources.</summary>
internal sealed record PipelineModel
{
    public required string? Description { get; init; }

    /// <summary>The Pachyderm project; null to leave it to the build.</summary>
    public required string? Project { get; init; }

    public required int Parallelism { get; init; }

    public required EquatableArray<MetadataModel> Labels { get; init; }

    public required EquatableArray<MetadataModel> Annotations { get; init; }

    public required EquatableArray<SecretModel> Secrets { get; init; }

    public required ResourcesModel? Resources { get; init; }

    public required ServiceModel? Service { get; init; }
}
