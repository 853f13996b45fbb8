namespace Spouts;

/// <summary>
/// Says what becomes of a source whose run throws: nothing of the run is kept, and it runs again after a delay that doubles each
/// time. On a class it holds for all sources without one of their own. Without it, a source is retried for ever.
/// </summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class)]
public sealed class RetryAttribute : Attribute
{
    /// <summary>
    /// After how many failed runs in a row the program ends, with exit code 70: Pachyderm then starts it anew, after ten to
    /// fifteen seconds. 0 never ends it.
    /// </summary>
    public int Attempts { get; set; }

    /// <summary>The first delay, up to a half less at random: a number and a unit, such as <c>"2s"</c>; one second unless set.</summary>
    public string? Delay { get; set; }

    /// <summary>The longest delay; thirty seconds unless set.</summary>
    public string? LongestDelay { get; set; }

    /// <summary>
    /// How long a service is left alone at most that asks to come back later (<see cref="RetryLaterException"/>): a number and a unit, such as
    /// <c>"1h"</c>; <c>"24h"</c> unless set. What asks for longer, or for a time too far away to be read, is asked again then.
    /// </summary>
    public string? MaxRetryAfter { get; set; }

    /// <summary>
    /// After how many runs that failed because the content of the same file could not be read, it goes to the dead letters
    /// (<see cref="SpoutFile.AsDeadLetter"/>), without a content, so that what comes behind it gets through. 0, unless set, for never.
    /// </summary>
    public int DeadLetterAfter { get; set; }

    /// <summary>
    /// How long a source may take until it yields its first file, or the next one, before its run is cancelled and counts as
    /// failed: a number and a unit, such as <c>"5m"</c>. Unless set, for ever. It has no meaning for a <see cref="StreamAttribute"/>
    /// source, which waits for what comes.
    /// </summary>
    public string? Timeout { get; set; }

    /// <summary>
    /// The key of a Polly resilience pipeline that the program has registered (<c>services.AddResiliencePipeline("key", …)</c>). Each run
    /// goes through it, with what is left to do after the last commit; what it throws at last counts as one failure.
    /// </summary>
    public string? Pipeline { get; set; }
}
