using System.Net;
using System.Net.Http.Headers;

namespace Spouts;

/// <summary>
/// Throws <see cref="RetryLaterException"/> for a response 429 (too many requests) or 503 (unavailable) with a <c>Retry-After</c> header, so that
/// the source runs again when it is told to. The <see cref="HttpClient"/> that a spout gets unless the program registers its own has
/// one; add it to others with <c>AddHttpMessageHandler</c>.
/// </summary>
/// <param name="time">The clock that a date in the header is compared with.</param>
public sealed class RetryLaterHandler(TimeProvider time) : DelegatingHandler
{
    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        HttpResponseMessage response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (response.StatusCode is not (HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable)
            || After(response.Headers.RetryAfter) is not { } after)
            return response;
        using (response)
        {
            throw new RetryLaterException(
                after, $"{request.RequestUri?.Authority} answers {(int)response.StatusCode} and asks to come back in {after}.", response.StatusCode);
        }
    }

    private TimeSpan? After(RetryConditionHeaderValue? header) => header switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => TimeSpan.FromTicks(Math.Max(0, (date - time.GetUtcNow()).Ticks)),
        _ => null,
    };
}
