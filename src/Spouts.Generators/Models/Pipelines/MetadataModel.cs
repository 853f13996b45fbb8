namespace Spouts.Generators.Models.Pipelines;

/// <summary>A label or an annotation of the worker's pod.</summary>
internal sealed record MetadataModel(string Key, string Value);
