using System.Globalization;
using System.Net;
using System.Text.Json;

namespace Spouts.Samples.Tests;

/// <summary>A probe asks a running program how it is doing.</summary>
public sealed class HealthTests : IDisposable
{
    private readonly InstalledSample _sample = new("EventFeed", "event-feed");

    [Fact]
    public async Task A_program_whose_source_works_is_well_and_one_whose_source_fails_again_and_again_is_not()
    {
        int port = Loopback.FreePort();

        // Nobody listens where its events should come from.
        using SampleProgram program = _sample.Run(
            "--json", ("EventFeed__Address", "http://127.0.0.1:1/"), ("EVENT_FEED_TOKEN", "not-told"), ("Spouts__HealthPort", $"{port}"));
        await program.NextAsync("local");
        JsonElement sick = await AskUntilAsync(port, HttpStatusCode.ServiceUnavailable);

        Assert.Equal("failing", sick.GetProperty("status").GetString());
        JsonElement source = Assert.Single(sick.GetProperty("sources").EnumerateArray());
        Assert.Equal("event-feed", source.GetProperty("spout").GetString());
        Assert.InRange(source.GetProperty("failures").GetInt32(), 3, 100);
        Assert.Equal(JsonValueKind.Null, source.GetProperty("lastSuccessAge").ValueKind);
    }

    [Fact]
    public async Task A_wait_that_a_service_asked_for_is_seen_with_its_end_in_the_log_the_health_and_by_doctor()
    {
        int port = Loopback.FreePort(), service = Loopback.FreePort();
        using HttpListener server = new() { Prefixes = { $"http://127.0.0.1:{service}/" } };
        server.Start();
        Task answering = RefuseAsync(server, retryAfter: 7200);
        using SampleProgram program = _sample.Run(
            "--json", ("EventFeed__Address", $"http://127.0.0.1:{service}/"), ("EVENT_FEED_TOKEN", "not-told"), ("Spouts__HealthPort", $"{port}"));
        await program.NextAsync("local");

        JsonElement well = await AskUntilAsync(port, HttpStatusCode.OK, static source => source.GetProperty("waitsUntil").ValueKind is JsonValueKind.String);
        JsonElement source = Assert.Single(well.GetProperty("sources").EnumerateArray());
        DateTimeOffset until = source.GetProperty("waitsUntil").GetDateTimeOffset();
        Assert.InRange(source.GetProperty("nextRun").GetDouble(), 7000, 7200);
        Assert.Equal(1, source.GetProperty("failures").GetInt32());
        Assert.InRange(until - DateTimeOffset.UtcNow, TimeSpan.FromSeconds(7000), TimeSpan.FromSeconds(7200));
        Assert.Contains($"event-feed/Fetch waits until {until:u}", program.Log, StringComparison.Ordinal);

        // The commit that says so to those outside may take a moment.
        string said = "";
        for (int look = 0; look < 10 && !said.Contains("waits until", StringComparison.Ordinal); look++)
            said = await _sample.PrintAsync("doctor");
        Assert.Contains($"wait: 'Fetch' waits until {until:u}", said, StringComparison.Ordinal);
        server.Stop();
        await answering;
    }

    [Theory]
    [InlineData("1600")]
    [InlineData("none")]
    public async Task A_port_that_cannot_be_is_refused_with_its_setting(string port)
    {
        using SampleProgram program = _sample.Run("run --json", ("EVENT_FEED_TOKEN", "not-told"), ("Spouts__HealthPort", port));

        (int code, _) = await program.EndAsync();

        Assert.Equal(64, code);
        Assert.Contains("Spouts:HealthPort", program.Log, StringComparison.Ordinal);
    }

    public void Dispose() => _sample.Dispose();

    private static async Task RefuseAsync(HttpListener server, int retryAfter)
    {
        while (server.IsListening)
        {
            try
            {
                HttpListenerContext call = await server.GetContextAsync();
                call.Response.StatusCode = 503;
                call.Response.AddHeader("Retry-After", retryAfter.ToString(CultureInfo.InvariantCulture));
                call.Response.Close();
            }
            catch (Exception stopped) when (stopped is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private static async Task<JsonElement> AskUntilAsync(int port, HttpStatusCode status, Func<JsonElement, bool>? source = null)
    {
        using HttpClient http = new() { Timeout = TimeSpan.FromSeconds(30) };
        Uri address = new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/"));
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(60));
        while (true)
        {
            using HttpResponseMessage answer = await http.GetAsync(address, patience.Token);
            JsonElement health = JsonElement.Parse(await answer.Content.ReadAsByteArrayAsync());
            if (answer.StatusCode == status && (source is null || health.GetProperty("sources").EnumerateArray().Any(source)))
                return health;
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            await Task.Delay(TimeSpan.FromMilliseconds(50));
        }
    }
}
