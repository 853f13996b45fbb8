using Spouts.Files;

namespace Spouts;

/// <summary>The content of a file that a source yielded cannot be read; why is inside.</summary>
internal sealed class FileContentException(SpoutFile file, Exception inner)
    : Exception($"The content of {file.YieldedPath} cannot be read: {inner.Message}", inner)
{
    /// <summary>The path that the source gave it.</summary>
    public string Path { get; } = file.YieldedPath;

    /// <summary>Which of the source's files it is; null where that is not counted.</summary>
    public FilePlace? Place { get; } = file.Place;
}
