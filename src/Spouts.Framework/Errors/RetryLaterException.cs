using System.Net;

namespace Spouts;

/// <summary>
/// A service asks to come back later. A source that throws it, or an exception that it is the cause of, runs again no earlier, whatever its
/// <see cref="RetryAttribute"/> says of delays, but for <see cref="RetryAttribute.MaxRetryAfter"/>. It is not an <see cref="HttpRequestException"/>,
/// which is what a source or a resilience pipeline catches to try again at once.
/// </summary>
/// <param name="after">How long to wait.</param>
/// <param name="message">Who asked for it.</param>
/// <param name="statusCode">The status of the HTTP response that asked for it, if one did.</param>
public sealed class RetryLaterException(TimeSpan after, string message, HttpStatusCode? statusCode = null) : Exception(message)
{
    /// <summary>How long to wait; <see cref="TimeSpan.MaxValue"/> where the service named a time too far away to be read.</summary>
    public TimeSpan After { get; } = after;

    /// <summary>The status of the HTTP response that asked for it; null if none did.</summary>
    public HttpStatusCode? StatusCode { get; } = statusCode;

    /// <summary>The one that an exception is, or comes from, and of several the longest; null where there is none.</summary>
    internal static RetryLaterException? In(Exception? thrown) => thrown switch
    {
        null => null,
        RetryLaterException later => later,
        AggregateException several => several.InnerExceptions.Select(In).MaxBy(static later => later?.After),
        _ => In(thrown.InnerException),
    };
}
