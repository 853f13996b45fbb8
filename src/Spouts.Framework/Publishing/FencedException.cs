namespace Spouts.Publishing;

/// <summary>Somebody else published where this batch was to stand; recovery says what is true now.</summary>
internal sealed class FencedException(string message) : Exception(message);
