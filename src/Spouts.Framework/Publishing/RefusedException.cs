namespace Spouts.Publishing;

/// <summary>Pachyderm has refused the same thing again and again, for a reason that nobody expected: trying on would hold up every source of the spout.</summary>
internal sealed class RefusedException(string message, Exception inner) : Exception(message, inner);
