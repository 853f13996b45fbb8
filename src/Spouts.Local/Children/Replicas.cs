namespace Spouts.Local.Children;

/// <summary>
/// The pods of a pipeline, as Pachyderm's workers behave in them: all wait for one lock, and whoever holds it runs the
/// program. One that ended well never asks for the lock again; one that failed gives it to the next, and asks again after a
/// while.
/// </summary>
/// <param name="random">Between 0 and 1.</param>
internal sealed class Replicas(TimeProvider time, Func<double> random)
{
    private const double Growth = 1.5;
    private static readonly TimeSpan s_first = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(15);

    /// <summary>Runs until all have ended well.</summary>
    /// <param name="attempt">
    /// Runs the program for the replica of a number, and answers whether it ended well. It is told after how long it is run
    /// again if not.
    /// </param>
    public async Task RunAsync(long count, Func<long, TimeSpan, CancellationToken, Task<bool>> attempt, CancellationToken stop)
    {
        using SemaphoreSlim held = new(1);
        List<Task> replicas = [];
        for (long number = 0; number < count; number++)
            replicas.Add(ReplicaAsync(number, held, attempt, stop));
        await Task.WhenAll(replicas);
    }

    private async Task ReplicaAsync(
        long number, SemaphoreSlim held, Func<long, TimeSpan, CancellationToken, Task<bool>> attempt, CancellationToken stop)
    {
        for (TimeSpan interval = s_first; ; interval = interval * Growth < s_longest ? interval * Growth : s_longest)
        {
            // Half as long to half as long again.
            TimeSpan pause = interval * (0.5 + random());
            await held.WaitAsync(stop);
            try
            {
                // The one that was stopped has given the lock away.
                stop.ThrowIfCancellationRequested();
                if (await attempt(number, pause, stop))
                    return;
            }
            finally
            {
                held.Release();
            }

            await Task.Delay(pause, time, stop);
        }
    }
}
