namespace Spouts;

/// <summary>A batch of which something was yielded, and which will not be committed by this run.</summary>
/// <param name="Reason">Why not.</param>
public readonly record struct AbandonedBatch(string Reason);
