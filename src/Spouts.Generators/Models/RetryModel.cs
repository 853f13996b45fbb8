namespace Spouts.Generators.Models;

/// <summary><c>[Retry]</c>; what is null stays as the policy of every source has it.</summary>
internal sealed record RetryModel(
    int? Attempts, int? DeadLetterAfter, TimeSpan? Delay, TimeSpan? LongestDelay, TimeSpan? MaxRetryAfter, TimeSpan? Timeout, string? Pipeline)
{
    /// <summary>The first delay unless set, as <c>RetryPolicy</c> has it; a test compares the two.</summary>
    public static readonly TimeSpan DefaultDelay = TimeSpan.FromSeconds(1);

    /// <summary>The longest delay unless set.</summary>
    public static readonly TimeSpan DefaultLongestDelay = TimeSpan.FromSeconds(30);

    /// <summary>Whether it says nothing that the policy does not.</summary>
    public bool IsDefault => this == new RetryModel(null, null, null, null, null, null, null);
}
