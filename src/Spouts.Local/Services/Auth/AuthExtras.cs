using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Spouts.Local.Core;
using Spouts.Local.Core.Auth;

namespace Spouts.Local.Services;

/// <summary>
/// The methods of <c>auth_v2.API</c> that the protocol files here do not list: groups, the configuration of identity
/// providers, backups of tokens. Clients learn from them, too, whether auth is on.
/// </summary>
internal static class AuthExtras
{
    private static readonly string[] s_methods =
    [
        "GetGroups", "GetGroupsForPrincipal", "SetGroupsForUser", "ModifyMembers", "GetUsers",
        "GetConfiguration", "SetConfiguration", "ExtractAuthTokens", "RestoreAuthToken", "DeleteExpiredAuthTokens",
    ];

    public static void Map(IEndpointRouteBuilder routes, Pachd pachd)
    {
        foreach (string method in s_methods)
            routes.MapPost($"/auth_v2.API/{method}", context => AnswerAsync(context, pachd, method));
    }

    private static Task AnswerAsync(HttpContext context, Pachd pachd, string method)
    {
        string text = pachd.Read(AuthState.IsActive)
            ? $"the local pachd has neither groups nor identity providers: {method} is not served"
            : AuthErrors.NotActivated().Message;
        context.Response.ContentType = "application/grpc";
        context.Response.AppendTrailer("grpc-status", ((int)StatusCode.Unimplemented).ToString(System.Globalization.CultureInfo.InvariantCulture));
        context.Response.AppendTrailer("grpc-message", Uri.EscapeDataString(text).Replace("%20", " ", StringComparison.Ordinal));
        return context.Response.StartAsync();
    }
}
