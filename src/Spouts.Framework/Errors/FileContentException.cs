namespace Spouts;

/// <summary>The content of a file that a source yielded cannot be read; why is inside.</summary>
internal sealed class FileContentException(string path, Exception inner)
    : Exception($"The content of {path} cannot be read: {inner.Message}", inner)
{
    /// <summary>The file's path in the repo.</summary>
    public string Path { get; } = path;
}
