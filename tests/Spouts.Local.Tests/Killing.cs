using System.Diagnostics;
using System.Globalization;
using Spouts.Local.Core;
using Spouts.Local.Store;
using Xunit;

namespace Spouts.Local.Tests;

/// <summary>What the tests that kill the server have in common.</summary>
internal static class Killing
{
    /// <summary>A seed, printed, so that a run can be made again.</summary>
    public static Random Random(ITestOutputHelper output)
    {
        int seed = Number("SPOUTS_KILL_SEED", System.Random.Shared.Next());
        output.WriteLine($"SPOUTS_KILL_SEED={seed}");
        return new Random(seed);
    }

    public static int Number(string variable, int otherwise)
        => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } given ? int.Parse(given, CultureInfo.InvariantCulture) : otherwise;

    /// <summary>
    /// Lets callers run, each with what it calls on every acknowledgement, and kills the server some microseconds after a
    /// number of them, while the other calls are under way.
    /// </summary>
    /// <param name="beforeKill">Told before the first call can fail for the kill.</param>
    public static async Task KillAsync(
        LocalServer server, IEnumerable<Func<Action, Task>> callers, int acknowledgements, int microseconds, Action? beforeKill = null)
    {
        int left = acknowledgements;
        TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task[] running = [.. callers.Select(caller => caller(() =>
        {
            if (Interlocked.Decrement(ref left) == 0)
                reached.SetResult();
        }))];
        await Task.WhenAny([reached.Task, .. running]);
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start).TotalMicroseconds < microseconds)
            Thread.SpinWait(10);
        beforeKill?.Invoke();
        server.Kill();
        await Task.WhenAll(running);
    }

    /// <summary>Checks a store whose server was killed.</summary>
    public static void CheckStore(string state)
    {
        using Database database = Database.Open(Pachd.DatabaseOf(state));
        Assert.Empty(Fsck.Run(database, new ChunkStore(state)));
    }
}
