using System.Net;
using Microsoft.Extensions.Time.Testing;

namespace Spouts.Tests.Sources;

/// <summary>What a service asks with <c>Retry-After</c>, in every form and by every clock.</summary>
public sealed class RetryLaterTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 30, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(429, "3", 3)]
    [InlineData(503, "4", 4)]
    [InlineData(403, "4", 4)]
    [InlineData(502, "4", 4)]
    [InlineData(301, "120", 120)]
    [InlineData(500, " 0007 ", 7)]
    [InlineData(429, "2.5", 2.5)]
    [InlineData(429, "0", 0)]
    [InlineData(429, "31536000", 31536000)]
    [InlineData(429, "Mon, 30 Nov 2026 12:00:30 GMT", 30)]
    [InlineData(429, "Monday, 30-Nov-26 12:00:30 GMT", 30)]
    [InlineData(429, "Mon Nov 30 12:00:30 2026", 30)]
    [InlineData(429, "Wed Dec  2 12:00:00 2026", 172800)]
    [InlineData(429, "Sun, 30 Nov 2026 12:00:30 GMT", 30)] // It is a Monday.
    [InlineData(429, "Mon, 30 Nov 2026 11:59:00 GMT", 0)]
    [InlineData(429, "Sunday, 06-Nov-94 08:49:37 GMT", 0)]
    [InlineData(429, "Mon, 30 Nov 2026 12:00:30.5 GMT", 30.5)]
    [InlineData(429, "Mon, 30 Nov 2026 12:00:30.125Z", 30.125)]
    [InlineData(429, "Mon, 30 Nov 2026 12:00:60 GMT", 60)]
    [InlineData(429, "Mon, 30 Nov 2026 13:00:30 +0100", 30)]
    [InlineData(429, "mon, 30 nov 2026 12:00:30 gmt", 30)]
    [InlineData(429, "MONDAY, 30-NOV-26 12:00:30 GMT", 30)]
    [InlineData(429, "mon nov 30 12:00:30 2026", 30)]
    [InlineData(429, "120, 60", 120)]
    [InlineData(429, "60,120", 120)]
    [InlineData(429, "soon, 60", 60)]
    [InlineData(429, "10, Mon, 30 Nov 2026 12:00:30 GMT, Monday, 30-Nov-26 12:00:20 GMT", 30)]
    public async Task A_response_that_asks_to_come_back_later_throws_for_how_long(int status, string retryAfter, double seconds)
    {
        RetryLaterException later = await Assert.ThrowsAsync<RetryLaterException>(() => GetAsync(status, date: null, retryAfter));

        Assert.Equal(TimeSpan.FromSeconds(seconds), later.After);
        Assert.Equal((HttpStatusCode)status, later.StatusCode);
        Assert.Contains($"responded with {status}", later.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("99999999999")]
    [InlineData("99999999999999999999999999")]
    [InlineData("Fri, 31 Dec 9999 23:59:59 GMT")]
    [InlineData("Fri, 31 Dec 99999 23:59:59 GMT")]
    [InlineData("Fri Dec 31 23:59:59 99999")]
    [InlineData("60, 99999999999999")]
    public async Task A_time_too_far_away_is_long_and_never_taken_as_absent(string retryAfter)
    {
        RetryLaterException later = await Assert.ThrowsAsync<RetryLaterException>(() => GetAsync(429, date: null, retryAfter));

        Assert.True(later.After > TimeSpan.FromDays(365), $"{later.After}");
    }

    [Theory]
    [InlineData("Mon, 30 Nov 2026 12:10:00 GMT", "Mon, 30 Nov 2026 12:10:03 GMT", 3)]
    [InlineData("Mon, 30 Nov 2026 11:50:00 GMT", "Mon, 30 Nov 2026 11:50:30 GMT", 30)]
    [InlineData("Monday, 30-Nov-26 11:50:00 GMT", "Mon Nov 30 11:50:30 2026", 30)]
    [InlineData("Mon, 30 Nov 2026 12:10:00 GMT", "45", 45)]
    [InlineData("yesterday", "Mon, 30 Nov 2026 12:00:30 GMT", 30)]
    [InlineData("mon, 30 nov 2026 12:10:00 gmt", "Mon, 30 Nov 2026 12:10:30 GMT", 30)]
    [InlineData("Mon, 30 Nov 2026 12:10:00 GMT|Mon, 30 Nov 2026 12:10:00 GMT", "Mon, 30 Nov 2026 12:10:30 GMT", 30)]
    [InlineData("Mon, 30 Nov 2026 12:10:01 GMT, Mon, 30 Nov 2026 12:10:00 GMT", "Mon, 30 Nov 2026 12:10:30 GMT", 30)]
    public async Task A_date_is_compared_with_the_clock_of_the_service(string date, string retryAfter, double seconds)
    {
        RetryLaterException later = await Assert.ThrowsAsync<RetryLaterException>(() => GetAsync(429, date, retryAfter));

        Assert.Equal(TimeSpan.FromSeconds(seconds), later.After);
    }

    [Fact]
    public async Task Of_two_headers_the_longer_wait_counts()
    {
        RetryLaterException later = await Assert.ThrowsAsync<RetryLaterException>(() => GetAsync(429, date: null, "3", "60"));

        Assert.Equal(TimeSpan.FromSeconds(60), later.After);
    }

    [Theory]
    [InlineData(429, "soon")]
    [InlineData(429, "-5")]
    [InlineData(429, "")]
    [InlineData(429, "soon 100000")]
    [InlineData(429, "retry in 60000ms")]
    [InlineData(429, "Mon, 31 Feb 2026 12:00:30 GMT")]
    [InlineData(200, "30")]
    public async Task What_asks_for_nothing_or_has_succeeded_is_an_ordinary_response(int status, string retryAfter) =>
        Assert.Equal((HttpStatusCode)status, await GetAsync(status, date: null, retryAfter));

    [Fact]
    public void Of_several_causes_the_longest_wait_counts()
    {
        RetryLaterException soon = new(TimeSpan.FromSeconds(1), "soon"), later = new(TimeSpan.FromSeconds(8), "later");
        IOException other = new("500");

        Assert.Same(later, RetryLaterException.In(new AggregateException(other, later)));
        Assert.Same(later, RetryLaterException.In(new AggregateException(later, other)));
        Assert.Same(later, RetryLaterException.In(new AggregateException(soon, new InvalidOperationException("x", new AggregateException(other, later)))));
        Assert.Same(later, RetryLaterException.In(new AggregateException(later, soon)));
        Assert.Null(RetryLaterException.In(new AggregateException(other, other)));
    }

    [Fact]
    public void Who_tries_again_at_once_on_errors_of_http_does_not_catch_it() =>
        Assert.False(typeof(HttpRequestException).IsAssignableFrom(typeof(RetryLaterException)));

    private static async Task<HttpStatusCode> GetAsync(int status, string? date, params string[] retryAfter)
    {
        using HttpClient http = new(new RetryLaterHandler(new FakeTimeProvider(Now)) { InnerHandler = new Responding((HttpStatusCode)status, date, retryAfter) });
        using HttpResponseMessage response = await http.GetAsync(new Uri("http://feed.example/events"));
        return response.StatusCode;
    }

    private sealed class Responding(HttpStatusCode status, string? date, string[] retryAfter) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            HttpResponseMessage response = new(status);
            if (date is not null)
                response.Headers.TryAddWithoutValidation("Date", date.Split('|'));
            response.Headers.TryAddWithoutValidation("Retry-After", retryAfter);
            return Task.FromResult(response);
        }
    }
}
