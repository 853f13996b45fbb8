using Spouts.Sources;

namespace Spouts;

/// <summary>
/// Throws <see cref="RetryLaterException"/> for a response that did not succeed, whatever its status, with a <c>Retry-After</c> header, so that
/// the source runs again when it is told to. A date is compared with the response's own <c>Date</c>, whatever the clock here says. The
/// <see cref="HttpClient"/> that a spout gets unless the program registers its own has one; add it to others with <c>AddHttpMessageHandler</c>.
/// </summary>
/// <param name="time">The clock that a date in the header is compared with where the response has no date of its own.</param>
public sealed class RetryLaterHandler(TimeProvider time) : DelegatingHandler
{
    private const string RetryAfterHeader = "Retry-After";
    private const string DateHeader = "Date";

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        HttpResponseMessage response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (response.IsSuccessStatusCode || After(response) is not { } after)
            return response;
        using (response)
        {
            throw new RetryLaterException(
                after,
                $"{request.RequestUri?.Authority} responded with {(int)response.StatusCode} and asked to come back {(after == TimeSpan.MaxValue ? "at a time too far away to be read" : $"in {after}")}.",
                response.StatusCode);
        }
    }

    // The raw values: .NET drops what is longer than an int.
    private TimeSpan? After(HttpResponseMessage response)
    {
        if (!response.Headers.NonValidated.TryGetValues(RetryAfterHeader, out var values))
            return null;
        DateTimeOffset now = time.GetUtcNow();
        if (response.Headers.NonValidated.TryGetValues(DateHeader, out var dates) && HttpTime.Split(dates).Min(value => HttpTime.Date(value, now)) is { } date)
            now = date;
        return HttpTime.Split(values).Max(value => HttpTime.Until(value, now));
    }
}
