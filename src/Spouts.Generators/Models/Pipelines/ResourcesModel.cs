namespace Spouts.Generators.Models.Pipelines;

/// <summary><c>[Resources]</c>; what is null is left to the cluster.</summary>
internal sealed record ResourcesModel
{
    public required double? Cpu { get; init; }

    public required string? Memory { get; init; }

    public required string? Disk { get; init; }

    public required double? CpuLimit { get; init; }

    public required string? MemoryLimit { get; init; }

    public required string? DiskLimit { get; init; }
}
