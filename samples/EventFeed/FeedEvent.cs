using System.Text.Json;

namespace EventFeed;

/// <summary>An event of the API.</summary>
/// <param name="Id">Higher than that of every event before it.</param>
/// <param name="Time">When it happened.</param>
/// <param name="Data">Whatever the API says of it.</param>
public sealed record FeedEvent(long Id, DateTimeOffset Time, JsonElement Data);
