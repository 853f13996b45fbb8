using Spouts;

[Spout("my-spout", Description = "What time it is.")]
public sealed class SpoutClass(TimeProvider time)
{
    // Fetch what is new, and yield a file for each: every run that yields files becomes one commit.
#if (cursor)
    [Poll("30s")]
    public IEnumerable<SpoutFile> Fetch(Cursor<long> last)
    {
        long next = last.Value + 1;

        // The file carries its position: the cursor moves with the file's commit, or not at all.
        yield return SpoutFile.Text($"/{next:D6}.txt", $"{time.GetUtcNow():O}\n").WithCursor(last, next);
    }
#else
    [Poll("30s")]
    public IEnumerable<SpoutFile> Fetch()
    {
        yield return SpoutFile.Text("/now.txt", $"{time.GetUtcNow():O}\n");
    }
#endif
}
