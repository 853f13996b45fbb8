using System.Net;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Spouts.Local.Core;
using Spouts.Local.Core.Auth;
using Spouts.Local.Store;

namespace Spouts.Local.Services;

/// <summary>Finds out who calls, and lets nobody in whom the method's rule keeps out.</summary>
internal sealed class CallerInterceptor(Pachd pachd, Door door) : Interceptor
{
    public const string TokenKey = "authn-token";

    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        Admit(context);
        return continuation(request, context);
    }

    public override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation)
    {
        Admit(context);
        return continuation(requestStream, context);
    }

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        Admit(context);
        return continuation(request, responseStream, context);
    }

    /// <summary>Who calls a method with these values of the token's header.</summary>
    /// <exception cref="PachException">The method's rule keeps the caller out.</exception>
    public Caller Admit(string method, IEnumerable<string> tokens)
    {
        MethodRule rule = MethodRule.Of(method);
        return pachd.Read(tx =>
        {
            if (!AuthState.IsActive(tx))
                return rule.NeedsAuth ? throw AuthErrors.NotActivated() : new Caller(door.IsSidecar);
            Caller caller = Identify(tx, tokens);
            if (rule.NeedsToken)
                caller.Required();
            if (rule.OnCluster is { } permission)
                Access.Require(tx, caller, ResourceRef.Cluster, permission);
            return caller;
        });
    }

    private void Admit(ServerCallContext context)
    {
        // These give away tokens and ask for none.
        if (context.Method.StartsWith("/spouts_local.", StringComparison.Ordinal) && !IsOnThisMachine(context))
            throw new PachException(ErrorKind.PermissionDenied, $"{context.Method} is for programs on the machine of the local pachd");
        Callers.Set(context, Admit(context.Method, context.RequestHeaders.GetAll(TokenKey).Select(entry => entry.Value)));
    }

    private static bool IsOnThisMachine(ServerCallContext context)
        => context.GetHttpContext().Connection.RemoteIpAddress is { } peer && IPAddress.IsLoopback(peer);

    private Caller Identify(Tx tx, IEnumerable<string> values)
    {
        Caller caller = new(door.IsSidecar);
        // A header that was sent twice comes as one, with a comma.
        List<string> tokens = [.. values.SelectMany(value => value.Split(','))];
        if (tokens.Count != 1)
            return caller with { Refusal = tokens.Count == 0 ? AuthErrors.NoToken() : AuthErrors.SeveralTokens() };
        try
        {
            TokenRow token = Tokens.Find(tx, tokens[0], pachd.Now);
            return caller with { Subject = token.Subject, ExpiresAt = token.ExpiresAt };
        }
        catch (PachException e)
        {
            // Only some methods mind: the others never look.
            return caller with { Refusal = e };
        }
    }
}
