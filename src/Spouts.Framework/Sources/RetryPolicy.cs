namespace Spouts.Hosting;

/// <summary>What becomes of a source whose run throws (<see cref="RetryAttribute"/>).</summary>
public sealed record RetryPolicy
{
    /// <summary>After how many failed runs in a row the program ends; null for never.</summary>
    public int? Attempts { get; init; }

    /// <summary>The first delay; it doubles each time, and up to a half less at random is waited.</summary>
    public TimeSpan Delay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest delay.</summary>
    public TimeSpan LongestDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a service is left alone at most that asks to come back later.</summary>
    public TimeSpan MaxRetryAfter { get; init; } = TimeSpan.FromHours(24);

    /// <summary>After how many failures in a row to read a file's content it goes to the dead letters; null for never.</summary>
    public int? DeadLetterAfter { get; init; }

    /// <summary>How long a source may take until it yields its first or next file; null for ever.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>The key of a Polly resilience pipeline that each run goes through before it counts as failed; null for none.</summary>
    public string? Pipeline { get; init; }
}
