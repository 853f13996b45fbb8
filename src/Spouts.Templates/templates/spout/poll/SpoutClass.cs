using Spouts;

[Spout("my-spout", Description = "What time it is.")]
public sealed class SpoutClass(TimeProvider time)
{
    // Fetch what is new, and yield a file for each: every run that yields files becomes one commit.
#if (cursor)
    [Poll("30s")]
    public IEnumerable<SpoutFile> Fetch(Cursor<long> last)
    {
        // The cursor moves with the commit or not at all; assign it before the file that it covers.
        last.Value++;
        yield return SpoutFile.Text($"/{last.Value:D6}.txt", $"{time.GetUtcNow():O}\n");
    }
#else
    [Poll("30s")]
    public IEnumerable<SpoutFile> Fetch()
    {
        yield return SpoutFile.Text("/now.txt", $"{time.GetUtcNow():O}\n");
    }
#endif
}
