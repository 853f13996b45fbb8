using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;

namespace Spouts.Pachyderm;

/// <summary>
/// A connection to a door of Pachyderm's: plain HTTP/2, messages up to 20 MiB both ways, pings that the server allows, and no
/// retries, because an unknown outcome is never repeated but looked up.
/// </summary>
internal sealed class PachydermChannel : IDisposable
{
    private const int LargestMessage = 20 * 1024 * 1024;
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(20);

    private readonly GrpcChannel _channel;

    public PachydermChannel(Uri address, string? token)
    {
        Address = address;
        _channel = GrpcChannel.ForAddress(address, new GrpcChannelOptions
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
            },
            DisposeHttpClient = true,
        });
        Invoker = token is null ? _channel.CreateCallInvoker() : _channel.Intercept(headers =>
        {
            headers.Add("authn-token", token);
            return headers;
        });
    }

    public Uri Address { get; }

    public CallInvoker Invoker { get; }

    public void Dispose() => _channel.Dispose();
}
