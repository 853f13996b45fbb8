using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;

namespace Spouts.Local.Tests.Harm;

/// <summary>Sends what no gRPC library would, and lets connections break as a killed client's do.</summary>
internal sealed class RawClient : IDisposable
{
    private readonly HttpClient _http;
    private readonly List<Socket> _sockets = [];

    public RawClient(string address)
        => _http = new HttpClient(new SocketsHttpHandler
        {
            EnableMultipleHttp2Connections = true,
            ConnectCallback = async (context, cancellation) =>
            {
                Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
                lock (_sockets)
                    _sockets.Add(socket);
                await socket.ConnectAsync(context.DnsEndPoint, cancellation);
                return new NetworkStream(socket);
            },
        })
        {
            BaseAddress = new Uri($"http://{address}"),
        };

    /// <summary>A message as it goes over the wire: whether it is compressed, its length, its bytes.</summary>
    public static byte[] Frame(ReadOnlySpan<byte> message, uint? length = null)
    {
        byte[] frame = new byte[5 + message.Length];
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), length ?? (uint)message.Length);
        message.CopyTo(frame.AsSpan(5));
        return frame;
    }

    /// <summary>Makes a call with these bytes as its body, and answers its status.</summary>
    public async Task<(int Status, string Message)> CallAsync(string method, byte[] body)
    {
        using HttpResponseMessage response = await _http.SendAsync(Request(method, new ByteArrayContent(body)));
        await response.Content.ReadAsByteArrayAsync();
        return (int.Parse(Header(response, "grpc-status") ?? "-1", System.Globalization.CultureInfo.InvariantCulture),
            Uri.UnescapeDataString(Header(response, "grpc-message") ?? ""));
    }

    /// <summary>Begins a call whose body never ends, and returns when its bytes are sent.</summary>
    public Task OpenAsync(string method, byte[] body)
    {
        EndlessContent content = new(body);
        // It ends when the connection breaks; what it ends with is of no interest.
        _ = _http.SendAsync(Request(method, content)).ContinueWith(ended => ended.Exception, TaskScheduler.Default);
        return content.Sent;
    }

    /// <summary>What the kernel does with the connections of a process that is killed.</summary>
    public void Break()
    {
        lock (_sockets)
        {
            foreach (Socket socket in _sockets)
                socket.Close(0);
        }
    }

    public void Dispose()
    {
        Break();
        _http.Dispose();
    }

    private static string? Header(HttpResponseMessage response, string name)
        => response.TrailingHeaders.TryGetValues(name, out IEnumerable<string>? values) || response.Headers.TryGetValues(name, out values)
            ? values.Single()
            : null;

    private static HttpRequestMessage Request(string method, HttpContent content)
    {
        HttpRequestMessage request = new(HttpMethod.Post, method) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact, Content = content };
        content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        return request;
    }

    private sealed class EndlessContent(byte[] body) : HttpContent
    {
        private readonly TaskCompletionSource _sent = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Sent => _sent.Task;

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context)
            => SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            await stream.WriteAsync(body, cancellationToken);
            await stream.FlushAsync(cancellationToken);
            _sent.SetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
