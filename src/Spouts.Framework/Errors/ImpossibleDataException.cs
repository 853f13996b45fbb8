namespace Spouts;

/// <summary>Pachyderm cannot keep what a batch contains. Ends the process with the exit code 65 and this message.</summary>
internal sealed class ImpossibleDataException(string message) : Exception(message);
