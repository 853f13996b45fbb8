using Google.Protobuf;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Spouts.Local.Services;

/// <summary>Says in the words of the real server what gRPC's library refuses before any method sees it: messages that are too large, or none.</summary>
internal static class MessageErrors
{
    /// <summary>What production servers accept; gRPC's own default would be 4 MiB.</summary>
    public const int LargestMessage = 20 * 1024 * 1024;

    // How the library itself says it, without saying what the maximum is.
    private const string TooLarge = "Received message exceeds the maximum configured message size.";
    private const string Code = "grpc-status";
    private const string Text = "grpc-message";

    public static async Task RunAsync(HttpContext context, RequestDelegate next)
    {
        await next(context);
        Status? said = context.Features.Get<IServerCallContextFeature>()?.ServerCallContext.Status;
        if (said is { StatusCode: StatusCode.ResourceExhausted, Detail: TooLarge })
            Say(context, new Status(StatusCode.ResourceExhausted, $"grpc: received message larger than max ({LargestMessage} bytes)"));
        else if (said is { DebugException: InvalidProtocolBufferException malformed })
            Say(context, ErrorInterceptor.Malformed(malformed));
    }

    /// <summary>Ends a call with a status, in place of one that it may have by now.</summary>
    public static void Say(HttpContext context, Status status)
    {
        // Before the first answer the status goes with the headers, after it with the trailers.
        IHeaderDictionary target = context.Response.HasStarted
            ? context.Features.GetRequiredFeature<IHttpResponseTrailersFeature>().Trailers
            : context.Response.Headers;
        target[Code] = ((int)status.StatusCode).ToString(System.Globalization.CultureInfo.InvariantCulture);
        target[Text] = Uri.EscapeDataString(status.Detail).Replace("%20", " ", StringComparison.Ordinal);
    }
}
