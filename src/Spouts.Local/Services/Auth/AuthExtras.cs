using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Spouts.Local.Core;

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

    public static void Map(IEndpointRouteBuilder routes)
    {
        foreach (string method in s_methods)
            routes.MapPost($"/auth_v2.API/{method}", context => AnswerAsync(context, method));
    }

    private static Task AnswerAsync(HttpContext context, string method)
    {
        CallerInterceptor gate = ActivatorUtilities.CreateInstance<CallerInterceptor>(context.RequestServices);
        Status answer = new(StatusCode.Unimplemented, $"the local pachd has neither groups nor identity providers: {method} is not served");
        try
        {
            gate.Admit($"/auth_v2.API/{method}", context.Request.Headers[CallerInterceptor.TokenKey].OfType<string>());
        }
        catch (PachException e)
        {
            answer = new Status(ErrorInterceptor.Code(e.Kind), e.Message);
        }

        context.Response.ContentType = "application/grpc";
        MessageErrors.Say(context, answer);
        return context.Response.StartAsync();
    }
}
