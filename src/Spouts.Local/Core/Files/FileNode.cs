using Spouts.Local.Store;

namespace Spouts.Local.Core.Files;

/// <summary>A file or directory as a caller sees it.</summary>
internal sealed record FileNode(FileEntry Entry, long Size, Hash Hash)
{
    public string Path => Entry.Path;

    public bool IsDirectory => Entry.IsDirectory;
}
