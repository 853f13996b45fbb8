namespace Spouts.Build;

/// <summary>Ends a task with an error that has a code, a file and a cure; see <c>docs/diagnostics/</c>.</summary>
/// <param name="code">The code: <see cref="ErrorCodes"/>.</param>
/// <param name="file">The file that is wrong, or holds what is wrong.</param>
/// <param name="message">What is wrong and how to mend it.</param>
/// <param name="inner">The error underneath, if any.</param>
internal sealed class BuildError(string code, string file, string message, Exception? inner = null) : Exception(message, inner)
{
    public string Code { get; } = code;

    public string File { get; } = file;
}
