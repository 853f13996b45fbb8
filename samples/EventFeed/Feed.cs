using System.Globalization;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Spouts;

namespace EventFeed;

/// <summary>
/// Pages through an API that answers events in the order of their ids. The id of the last one is the cursor; the token comes from a
/// Kubernetes secret, which no image and no spec holds.
/// </summary>
[Spout("event-feed", Description = "The events of a JSON API.")]
[Secret("event-feed", Key = "token", Environment = "EVENT_FEED_TOKEN")]
[Retry(Delay = "2s", LongestDelay = "5m", Timeout = "2m")]
public sealed class Feed(HttpClient http, IConfiguration configuration)
{
    [Poll("30s")]
    public async IAsyncEnumerable<SpoutFile> Fetch(Cursor<long> last, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, Page(last.Value));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", configuration["EVENT_FEED_TOKEN"]);
        using HttpResponseMessage answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        answer.EnsureSuccessStatusCode();
        await using Stream body = await answer.Content.ReadAsStreamAsync(cancellation);
        await foreach (FeedEvent? received in JsonSerializer.DeserializeAsyncEnumerable(body, FeedJson.Default.FeedEvent, cancellation))
        {
            string path = string.Create(CultureInfo.InvariantCulture, $"/{received!.Time:yyyy-MM-dd}/{received.Id:D9}.json");
            yield return SpoutFile.Json(path, received, FeedJson.Default.FeedEvent).WithCursor(last, received.Id);
        }
    }

    private Uri Page(long after)
    {
        string address = configuration["EventFeed:Address"]
            ?? throw new SpoutConfigurationException("EventFeed:Address is not set: the address of the API, such as https://api.example.com/events.");
        return new(string.Create(CultureInfo.InvariantCulture, $"{address}?after={after}"));
    }
}
