using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Spouts.Local.Services;

/// <summary>
/// <c>auth_v2.API</c> while auth is off: every method is refused with the text that tells clients so, whatever the
/// request, also those methods that the protocol files here do not list. Auth itself goes here when it comes.
/// </summary>
internal static class AuthService
{
    private const string NotActivated = "the auth service is not activated";
    private const string NoProvider = "OIDC ID provider configuration not found";

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/auth_v2.API/{method}", AnswerAsync);

    private static Task AnswerAsync(HttpContext context, string method)
    {
        (StatusCode code, string text) = method == "GetOIDCLogin" ? (StatusCode.Unknown, NoProvider) : (StatusCode.Unimplemented, NotActivated);
        context.Response.ContentType = "application/grpc";
        context.Response.AppendTrailer("grpc-status", ((int)code).ToString(System.Globalization.CultureInfo.InvariantCulture));
        context.Response.AppendTrailer("grpc-message", Uri.EscapeDataString(text).Replace("%20", " ", StringComparison.Ordinal));
        return context.Response.StartAsync();
    }
}
