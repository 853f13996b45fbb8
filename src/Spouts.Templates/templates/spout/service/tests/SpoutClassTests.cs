using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Spouts.Testing;

public sealed class SpoutClassTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    // On a local pachd of its own: every test begins with an empty repo. A run of an endless source ends with its first batch.
    [Fact]
    public async Task A_sender_is_answered_when_its_file_has_arrived()
    {
        int port = FreePort();
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection([new("Inbox:Port", $"{port}")]).Build();
        await using SpoutHarness spouts = await SpoutHarness.StartAsync(
            services => services.AddSingleton(configuration).AddSpouts(), Cancellation);

        Task run = spouts.RunOnceAsync(Cancellation);
        Assert.Equal(HttpStatusCode.OK, await SendAsync(new Uri($"http://localhost:{port}/hello.txt"), "hello", run));

#if (cursor)
        Assert.Equal("hello", await spouts.Repo("my-spout").ReadTextAsync("/000001-hello.txt", Cancellation));
#else
        Assert.Equal("hello", await spouts.Repo("my-spout").ReadTextAsync("/hello.txt", Cancellation));
#endif
        await run;
    }

    // Until the spout listens, nobody is there to connect to.
    private static async Task<HttpStatusCode> SendAsync(Uri address, string content, Task run)
    {
        using HttpClient sender = new();
        using PeriodicTimer look = new(TimeSpan.FromMilliseconds(50));
        while (true)
        {
            try
            {
                using HttpResponseMessage answer = await sender.PutAsync(address, new StringContent(content), Cancellation);
                return answer.StatusCode;
            }
            catch (HttpRequestException refused) when (refused.HttpRequestError is HttpRequestError.ConnectionError)
            {
                if (run.IsCompleted)
                    await run;
                await look.WaitForNextTickAsync(Cancellation);
            }
        }
    }

    private static int FreePort()
    {
        using TcpListener probe = new(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
