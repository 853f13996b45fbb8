namespace Spouts.Development;

/// <summary>The local pachd cannot be used. Ends the process with the exit code 69 and this message.</summary>
internal sealed class LocalPachdException(string message, Exception? inner = null) : Exception(message, inner);
