namespace Spouts.Generators.Models.Pipelines;

/// <summary><c>[Secret]</c>: a reference to a Kubernetes secret.</summary>
internal sealed record SecretModel(string Name, string? Key, string? Environment, string? MountPath);
