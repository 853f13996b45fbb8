namespace Spouts.Publishing;

/// <summary>Waits before the next attempt: from half a second doubling to half a minute, up to a half less at random.</summary>
internal sealed class Backoff(TimeProvider time)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    /// <param name="attempt">How often it failed in a row, from 1.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public Task WaitAsync(int attempt, CancellationToken cancellation)
    {
        double doubled = Shortest.TotalSeconds * Math.Pow(2, Math.Clamp(attempt - 1, 0, 16));
        double seconds = Math.Min(doubled, Longest.TotalSeconds) * (1 - (Random.Shared.NextDouble() / 2));
        return Task.Delay(TimeSpan.FromSeconds(seconds), time, cancellation);
    }
}
