namespace Spouts.Generators.Models;

/// <summary><c>[Batch]</c>: at least one limit.</summary>
internal sealed record BatchModel(int? Files, long? Bytes, TimeSpan? Period);
