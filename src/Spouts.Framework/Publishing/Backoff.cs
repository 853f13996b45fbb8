namespace Spouts.Publishing;

/// <summary>Waits before the next attempt: from a shortest time doubling to a longest, up to a half less at random.</summary>
internal sealed class Backoff(TimeProvider time, TimeSpan shortest, TimeSpan longest)
{
    // A timer cannot wait for more than 49 days.
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(49);

    /// <summary>From half a second to half a minute.</summary>
    public Backoff(TimeProvider time)
        : this(time, TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(30))
    {
    }

    /// <param name="attempt">How often it failed in a row, from 1.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public Task WaitAsync(int attempt, CancellationToken cancellation) => Task.Delay(Next(attempt, TimeSpan.Zero), time, cancellation);

    /// <summary>How long to wait before the next attempt.</summary>
    /// <param name="attempt">How often it failed in a row, from 1.</param>
    /// <param name="least">The least time to wait.</param>
    public TimeSpan Next(int attempt, TimeSpan least)
    {
        double doubled = shortest.TotalSeconds * Math.Pow(2, Math.Clamp(attempt - 1, 0, 16));
        double seconds = Math.Min(doubled, Math.Min(longest.TotalSeconds, LongestTimer.TotalSeconds)) * (1 - (Random.Shared.NextDouble() / 2));
        return TimeSpan.FromSeconds(Math.Max(seconds, Math.Min(least.TotalSeconds, LongestTimer.TotalSeconds)));
    }
}
