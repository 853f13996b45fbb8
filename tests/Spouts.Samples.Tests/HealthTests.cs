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

    private static async Task<JsonElement> AskUntilAsync(int port, HttpStatusCode status)
    {
        using HttpClient http = new() { Timeout = TimeSpan.FromSeconds(30) };
        Uri address = new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/"));
        while (true)
        {
            using HttpResponseMessage answer = await http.GetAsync(address);
            if (answer.StatusCode == status)
                return JsonElement.Parse(await answer.Content.ReadAsByteArrayAsync());
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            await Task.Delay(TimeSpan.FromMilliseconds(50));
        }
    }
}
