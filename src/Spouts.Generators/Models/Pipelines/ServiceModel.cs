namespace Spouts.Generators.Models.Pipelines;

/// <summary><c>[Service]</c>, with the type as Kubernetes calls it.</summary>
internal sealed record ServiceModel(int Port, int ExternalPort, string Type);
