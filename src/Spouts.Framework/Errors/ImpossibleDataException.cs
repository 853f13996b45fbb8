namespace Spouts;

/// <summary>Pachyderm cannot keep what a batch contains. Ends the process with the exit code 65 and this message.</summary>
/// <param name="message">What is wrong, and what to do.</param>
/// <param name="error">The error of the commit, as Pachyderm says it.</param>
internal sealed class ImpossibleDataException(string message, string error) : Exception(message)
{
    /// <summary>The error of the commit, as Pachyderm says it.</summary>
    public string Error { get; } = error;
}
