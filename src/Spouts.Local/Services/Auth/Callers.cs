using Grpc.Core;
using Spouts.Local.Core.Auth;

namespace Spouts.Local.Services;

/// <summary>Carries the caller from the interceptor that found out to the service that asks.</summary>
internal static class Callers
{
    private static readonly object s_key = new();

    public static Caller Caller(this ServerCallContext context)
        => (Caller)context.UserState[s_key];

    public static void Set(ServerCallContext context, Caller caller) => context.UserState[s_key] = caller;
}
