namespace Spouts;

/// <summary>A file that was yielded and will not be committed by this run.</summary>
/// <param name="Path">The path that it would have had in the repo.</param>
/// <param name="Reason">Why not.</param>
public readonly record struct AbandonedFile(string Path, string Reason);
