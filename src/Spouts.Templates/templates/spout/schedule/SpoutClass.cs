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
        // The cursor moves with the commit or not at all; assign it before the file that it covers.
        last.Value++;
        yield return SpoutFile.Text($"/{last.Value:D6}.txt", $"{due:O}\n");
    }
#else
    [Schedule("0 6 * * *", TimeZone = "UTC", RunOnStart = true)]
    public IEnumerable<SpoutFile> Fetch(DateTimeOffset due)
    {
        yield return SpoutFile.Text($"/{DateOnly.FromDateTime(due.UtcDateTime):O}.txt", $"{due:O}\n");
    }
#endif
}
