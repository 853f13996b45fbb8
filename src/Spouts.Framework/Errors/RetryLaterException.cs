using System.Net;

namespace Spouts;

/// <summary>
/// A service asks to come back later. A source that throws it runs again no earlier, whatever its <see cref="RetryAttribute"/> says of
/// delays.
/// </summary>
/// <param name="after">How long to wait.</param>
/// <param name="message">Who asked for it.</param>
/// <param name="statusCode">The status of the HTTP response that asked for it, if one did.</param>
public sealed class RetryLaterException(TimeSpan after, string message, HttpStatusCode? statusCode = null)
    : HttpRequestException(message, inner: null, statusCode)
{
    /// <summary>How long to wait.</summary>
    public TimeSpan After { get; } = after;
}
