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
            // The cursor moves with the commit of the file that carries it, or not at all.
            long next = last.Value + 1;
            yield return SpoutFile.Text($"/{next:D6}.txt", $"{time.GetUtcNow():O}\n").WithCursor(last, next);
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
