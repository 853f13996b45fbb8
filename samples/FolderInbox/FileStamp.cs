namespace FolderInbox;

/// <summary>How a file looks from outside: when it is changed, so is its stamp.</summary>
internal sealed record FileStamp(long Size, DateTime Changed)
{
    /// <summary>A file's stamp; null where it is gone.</summary>
    public static FileStamp? Of(string path)
    {
        FileInfo file = new(path);
        return file.Exists ? new(file.Length, file.LastWriteTimeUtc) : null;
    }
}
