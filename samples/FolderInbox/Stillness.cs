namespace FolderInbox;

/// <summary>
/// Tells whether a file stands still: whether it was last changed a second ago or more, or, where its time of change says nothing
/// because it lies in the future, whether it has looked the same for a second.
/// </summary>
internal sealed class Stillness(TimeProvider time)
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, (FileStamp Stamp, long Since)> _seen = new(StringComparer.Ordinal);

    public bool IsStill(string path, FileStamp stamp)
    {
        if (!_seen.TryGetValue(path, out (FileStamp Stamp, long Since) seen) || seen.Stamp != stamp)
            _seen[path] = seen = (stamp, time.GetTimestamp());
        return time.GetUtcNow().UtcDateTime - stamp.Changed >= Second || time.GetElapsedTime(seen.Since) >= Second;
    }
}
