using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Spouts.Samples.Tests;

public sealed class WebHookTests : IDisposable
{
    private readonly InstalledSample _sample = new("WebHook", "web-hook");

    [Fact]
    public async Task A_sender_is_answered_with_the_commit_that_has_its_data()
    {
        int port = Loopback.FreePort();
        using HttpClient http = new(new SocketsHttpHandler { ConnectCallback = (_, cancellation) => ConnectAsync(port, cancellation) });
        using (SampleProgram hook = _sample.Run("--json", ("WebHook__Port", $"{port}")))
        {
            await hook.NextAsync("local");
            using StringContent content = new("hello");
            using HttpResponseMessage answer = await http.PutAsync(new Uri("http://hook/orders/no%20%231"), content);

            JsonElement commit = await hook.NextAsync("commit");
            Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
            Assert.Equal(commit.GetProperty("commit").GetString(), (await answer.Content.ReadAsStringAsync()).TrimEnd());
        }

        (string path, string text) = Assert.Single(await _sample.ReadAsync());
        Assert.Equal("hello", text);
        Assert.Equal("orders/no #1", SpoutPath.Decode(path[1..]));
    }

    public void Dispose() => _sample.Dispose();

    // The program begins to listen when its source runs for the first time.
    private static async ValueTask<Stream> ConnectAsync(int port, CancellationToken cancellation)
    {
        while (true)
        {
            Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException)
            {
                socket.Dispose();
            }
        }
    }
}
