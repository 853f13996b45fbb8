namespace Spouts;

/// <summary>
/// Something about the spout, its settings or its pipeline is wrong and stays wrong until a person mends it. Ends the process
/// with the exit code 64 and this message.
/// </summary>
/// <param name="message">What is wrong, where, and how to mend it.</param>
/// <param name="inner">The error underneath, if any.</param>
public sealed class SpoutConfigurationException(string message, Exception? inner = null) : Exception(message, inner);
