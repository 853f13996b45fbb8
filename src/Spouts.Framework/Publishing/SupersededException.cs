namespace Spouts.Publishing;

/// <summary>
/// This process must not publish any more: another one does. Ends it with the exit code given, so that Pachyderm starts it again
/// if it still should.
/// </summary>
internal sealed class SupersededException(int exitCode, string message, Exception? inner = null) : Exception(message, inner)
{
    public int ExitCode { get; } = exitCode;
}
