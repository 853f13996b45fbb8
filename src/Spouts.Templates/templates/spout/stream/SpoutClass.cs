using System.Runtime.CompilerServices;
using Spouts;

[Spout("my-spout", Description = "What time it is.")]
public sealed class SpoutClass(TimeProvider time)
{
    // Wait for what comes, for as long as the program runs, and yield a file for each: what comes within five seconds of the
    // first becomes one commit.
    [Stream]
    [Batch(Period = "5s")]
#if (cursor)
    public async IAsyncEnumerable<SpoutFile> Listen(Cursor<long> last, [EnumeratorCancellation] CancellationToken ct)
    {
        using PeriodicTimer clock = new(TimeSpan.FromSeconds(1), time);
        while (await clock.WaitForNextTickAsync(ct))
        {
            // The cursor moves with the commit or not at all; assign it before the file that it covers.
            last.Value++;
            yield return SpoutFile.Text($"/{last.Value:D6}.txt", $"{time.GetUtcNow():O}\n");
        }
    }
#else
    public async IAsyncEnumerable<SpoutFile> Listen([EnumeratorCancellation] CancellationToken ct)
    {
        using PeriodicTimer clock = new(TimeSpan.FromSeconds(1), time);
        while (await clock.WaitForNextTickAsync(ct))
            yield return SpoutFile.Text($"/{time.GetUtcNow().ToUnixTimeMilliseconds()}.txt", $"{time.GetUtcNow():O}\n");
    }
#endif
}
