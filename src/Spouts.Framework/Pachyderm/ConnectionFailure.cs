using System.Net.Sockets;
using System.Security.Authentication;
using Grpc.Core;

namespace Spouts.Pachyderm;

/// <summary>Why a call did not get as far as Pachyderm.</summary>
/// <param name="What">What happened.</param>
/// <param name="Cure">What to do.</param>
/// <param name="IsLasting">Whether it stays so until a person mends it; else the server may only be starting.</param>
/// <param name="IsTls">Whether the server was reached, and the two did not agree on TLS.</param>
internal sealed record ConnectionFailure(string What, string Cure, bool IsLasting, bool IsTls = false)
{
    private const string BadReply = "Bad gRPC response.";
    private const string RightPort = "use pachd's gRPC port, 30650 from outside the cluster as a rule";

    public string Text => $"{What}; {Cure}";

    /// <returns>Null where Pachyderm itself has answered.</returns>
    public static ConnectionFailure? Of(RpcException error)
    {
        if (error.Status.DebugException is HttpRequestException failed)
            return Of(failed);
        if (Socket(error.Status.DebugException) is { } socket)
            return Of(socket);
        if (error.Status.Detail.StartsWith(BadReply, StringComparison.Ordinal))
            return new($"what answers is a web server and not Pachyderm ({error.Status.Detail})", RightPort, IsLasting: true);
        return error.StatusCode is StatusCode.DeadlineExceeded
            ? new("it did not answer in time", "check the network between here and there, and that nothing but Pachyderm listens at the port", IsLasting: false)
            : null;
    }

    private static SocketException? Socket(Exception? error) => error as SocketException ?? (error is null ? null : Socket(error.InnerException));

    private static ConnectionFailure Of(SocketException failed) => failed.SocketErrorCode switch
    {
        SocketError.HostNotFound or SocketError.NoData => NoHost(failed),
        _ => NoServer(failed),
    };

    private static ConnectionFailure NoHost(Exception failed) => new($"there is no such host ({failed.Message})", "check the address", IsLasting: true);

    private static ConnectionFailure NoServer(Exception failed) =>
        new($"nobody listens there ({failed.Message})", "check the port, and that the server runs", IsLasting: false);

    private static ConnectionFailure Of(HttpRequestException failed) => failed.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError => NoHost(failed),
        HttpRequestError.ConnectionError => NoServer(failed),
        HttpRequestError.SecureConnectionError => OfTls(failed),
        HttpRequestError.HttpProtocolError or HttpRequestError.InvalidResponse or HttpRequestError.ResponseEnded => NoGrpc(failed),

        // What goes wrong in the handshake of HTTP/2, behind a connection that was made, has no code of its own.
        HttpRequestError.Unknown or HttpRequestError.VersionNegotiationError => NoGrpc(failed),
        _ => new($"the connection failed ({failed.Message})", "check the network between here and there", IsLasting: false),
    };

    private static ConnectionFailure NoGrpc(Exception failed) =>
        new($"what listens there does not speak gRPC like this ({failed.Message})", $"{RightPort}, and grpcs:// if it speaks TLS", IsLasting: true);

    private static ConnectionFailure OfTls(HttpRequestException failed)
    {
        string why = failed.InnerException?.Message ?? failed.Message;
        bool isDistrust = failed.InnerException is AuthenticationException && why.Contains("certificate", StringComparison.OrdinalIgnoreCase);
        return isDistrust
            ? new(
                $"its certificate is not trusted ({why})",
                "put the PEM of its authority in base64 into server_cas of the context, and use the host name that the certificate is made out to",
                IsLasting: true,
                IsTls: true)
            : new($"it does not speak TLS, or not the same ({why})", "use grpc:// for a port without TLS", IsLasting: true, IsTls: true);
    }
}
