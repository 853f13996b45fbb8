namespace Spouts.Scheduling;

/// <summary>A run of a source threw; why is inside.</summary>
internal sealed class SourceFailedException(string source, Exception inner)
    : Exception($"The source '{source}' failed: {inner.Message}", inner);
