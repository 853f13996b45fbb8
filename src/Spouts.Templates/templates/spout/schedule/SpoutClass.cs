using Spouts;

[Spout("my-spout", Description = "What is due each morning.")]
public sealed class SpoutClass
{
    // Runs each morning at six, and whenever the program starts. A morning that was missed is made good.
    // Fetch what is due, and yield a file for each: every run that yields files becomes one commit.
#if (cursor)
    [Schedule("0 6 * * *", TimeZone = "UTC", RunOnStart = true)]
    public IEnumerable<SpoutFile> Fetch(DateTimeOffset due, Cursor<long> last)
    {
        long next = last.Value + 1;

        // The file carries its position: the cursor moves with the file's commit, or not at all.
        yield return SpoutFile.Text($"/{next:D6}.txt", $"{due:O}\n").WithCursor(last, next);
    }
#else
    [Schedule("0 6 * * *", TimeZone = "UTC", RunOnStart = true)]
    public IEnumerable<SpoutFile> Fetch(DateTimeOffset due)
    {
        yield return SpoutFile.Text($"/{DateOnly.FromDateTime(due.UtcDateTime):O}.txt", $"{due:O}\n");
    }
#endif
}
