namespace Spouts;

/// <summary>Pachyderm refused a call or could not be reached.</summary>
/// <param name="kind">What a caller can do about it.</param>
/// <param name="message">What was tried, on what, and what the server said.</param>
/// <param name="inner">The error underneath, if any.</param>
public sealed class PachydermException(PachydermErrorKind kind, string message, Exception? inner = null)
    : Exception(message, inner)
{
    /// <summary>What a caller can do about it.</summary>
    public PachydermErrorKind Kind { get; } = kind;
}
