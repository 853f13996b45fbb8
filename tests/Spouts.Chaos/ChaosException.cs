namespace Spouts.Chaos;

/// <summary>A spout ended, or stood still, where it should have gone on; says with which seed, and at which fault.</summary>
internal sealed class ChaosException(string message, Exception inner) : Exception(message, inner);
