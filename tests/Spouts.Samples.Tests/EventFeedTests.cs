using System.Globalization;
using System.Net;
using System.Text;

namespace Spouts.Samples.Tests;

public sealed class EventFeedTests : IDisposable
{
    private readonly InstalledSample _sample = new("EventFeed", "event-feed");

    [Fact]
    public async Task Each_event_arrives_once_page_after_page()
    {
        using Api api = new(events: 5, page: 3);

        (int code, string log, int[] first) = await _sample.OnceAsync(("EventFeed__Address", api.Address), ("EVENT_FEED_TOKEN", Api.Token));
        (_, _, int[] second) = await _sample.OnceAsync(("EventFeed__Address", api.Address), ("EVENT_FEED_TOKEN", Api.Token));
        (_, _, int[] third) = await _sample.OnceAsync(("EventFeed__Address", api.Address), ("EVENT_FEED_TOKEN", Api.Token));

        Assert.True(code == 0, log);
        Assert.Equal([3], first);
        Assert.Equal([2], second);
        Assert.Empty(third);
        IReadOnlyDictionary<string, string> files = await _sample.ReadAsync();
        Assert.Equal(Enumerable.Range(1, 5).Select(static id => $"/2026-05-01/{id:D9}.json"), files.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("""{"id":4,"time":"2026-05-01T12:00:04+00:00","data":{"n":4}}""", files["/2026-05-01/000000004.json"]);
    }

    [Fact]
    public async Task Without_its_secret_it_says_which_variable_to_set()
    {
        (int code, string log, _) = await _sample.OnceAsync(("EventFeed__Address", "http://127.0.0.1:1/"));

        Assert.Equal(64, code);
        Assert.Contains("'event-feed' needs EVENT_FEED_TOKEN", log, StringComparison.Ordinal);
    }

    public void Dispose() => _sample.Dispose();

    /// <summary>The API, on loopback.</summary>
    private sealed class Api : IDisposable
    {
        public const string Token = "t0ken";

        private readonly HttpListener _listener = new();
        private readonly Task _serving;

        public Api(int events, int page)
        {
            Address = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Loopback.FreePort()}/events/");
            _listener.Prefixes.Add(Address);
            _listener.Start();
            _serving = ServeAsync(events, page);
        }

        public string Address { get; }

        public void Dispose()
        {
            _listener.Close();
            _serving.Wait();
        }

        private async Task ServeAsync(int events, int page)
        {
            while (await NextAsync() is { } call)
            {
                int after = int.Parse(call.Request.QueryString["after"]!, CultureInfo.InvariantCulture);
                bool isKnown = call.Request.Headers["Authorization"] == $"Bearer {Token}";
                IEnumerable<string> found = Enumerable.Range(after + 1, Math.Clamp(events - after, 0, page))
                    .Select(static id => $$"""{"id":{{id}},"time":"2026-05-01T12:00:{{id:D2}}Z","data":{ "n": {{id}} } }""");
                call.Response.StatusCode = isKnown ? 200 : 401;
                await call.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes($"[{string.Join(',', found)}]"));
                call.Response.Close();
            }
        }

        // Null when the listener was closed, which ends the call that waits.
        private async Task<HttpListenerContext?> NextAsync()
        {
            try
            {
                return await _listener.GetContextAsync();
            }
            catch (Exception closed) when (closed is HttpListenerException or ObjectDisposedException)
            {
                return null;
            }
        }
    }
}
