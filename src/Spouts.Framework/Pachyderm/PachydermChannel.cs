using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;

namespace Spouts.Pachyderm;

/// <summary>
/// A connection to a door of Pachyderm's: HTTP/2 with TLS or without, messages up to 20 MiB both ways, pings that the server
/// allows, and no retries, because an unknown outcome is never repeated but looked up.
/// </summary>
internal sealed class PachydermChannel : IDisposable
{
    private const int LargestMessage = 20 * 1024 * 1024;
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(20);

    private readonly GrpcChannel _channel;

    public PachydermChannel(Uri address, string? token)
        : this(new PachdConnection(address, token))
    {
    }

    public PachydermChannel(PachdConnection connection)
    {
        Address = connection.Address;
        _channel = GrpcChannel.ForAddress(connection.Address, new GrpcChannelOptions
        {
            MaxReceiveMessageSize = LargestMessage,
            MaxSendMessageSize = LargestMessage,
            MaxRetryAttempts = 1,
            HttpHandler = new SocketsHttpHandler
            {
                EnableMultipleHttp2Connections = true,
                KeepAlivePingDelay = KeepAlive,
                KeepAlivePingTimeout = KeepAlive,
                PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
                UseProxy = false,
                SslOptions = Trust(connection.Roots),
            },
            DisposeHttpClient = true,
        });
        Invoker = connection.Token is not { } token ? _channel.CreateCallInvoker() : _channel.Intercept(headers =>
        {
            headers.Add("authn-token", token);
            return headers;
        });
    }

    public Uri Address { get; }

    public CallInvoker Invoker { get; }

    public void Dispose() => _channel.Dispose();

    // Whose certificates are believed; that one is made out to the host is checked whoever signed it.
    private static SslClientAuthenticationOptions Trust(X509Certificate2Collection? roots)
    {
        if (roots is null)
            return new();
        X509ChainPolicy policy = new() { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(roots);
        return new() { CertificateChainPolicy = policy };
    }
}
