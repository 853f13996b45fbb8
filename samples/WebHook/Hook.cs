using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Spouts;

namespace WebHook;

/// <summary>
/// Takes what others send: PUT /a/path. A sender gets its answer, 201 with the commit's id, only when its data is durable; a sender
/// that gets another one, or none, sends again, which replaces the file by the same.
/// </summary>
[Spout("web-hook", Description = "What others send over HTTP.")]
[Service(Port)]
public sealed class Hook(IConfiguration configuration)
{
    private const int Port = 8080;
    private const int MostWaiting = 100;

    private static readonly (int Status, string Text) Again = (StatusCodes.Status503ServiceUnavailable, "Not committed; send it again.");

    [Stream]
    [Batch(Files = 1000, Period = "1s")]
    public async IAsyncEnumerable<SpoutFile> Receive([EnumeratorCancellation] CancellationToken cancellation)
    {
        // It takes no more than so many before the commits come after: that is how a slow server slows the senders.
        Channel<SpoutFile> received = Channel.CreateBounded<SpoutFile>(MostWaiting);
        await using WebApplication web = Listen(received.Writer, cancellation);
        await web.StartAsync(cancellation);
        await foreach (SpoutFile file in received.Reader.ReadAllAsync(cancellation))
            yield return file;
    }

    private WebApplication Listen(ChannelWriter<SpoutFile> received, CancellationToken end)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenAnyIP(configuration.GetValue("WebHook:Port", Port)));
        WebApplication web = builder.Build();
        web.MapPut("/{**path}", (RequestDelegate)(context => TakeAsync(context, received, end)));
        return web;
    }

    private static async Task TakeAsync(HttpContext context, ChannelWriter<SpoutFile> received, CancellationToken end)
    {
        using MemoryStream body = new();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        TaskCompletionSource<(int Status, string Text)> done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        // What the run leaves behind in the channel nobody would answer.
        using CancellationTokenRegistration ended = end.Register(() => done.TrySetResult(Again));
        using CancellationTokenSource giveUp = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, end);
        await received.WriteAsync(File(context.Request.Path, body.ToArray(), done), giveUp.Token);
        (context.Response.StatusCode, string text) = await done.Task.WaitAsync(context.RequestAborted);
        await context.Response.WriteAsync(text + "\n", context.RequestAborted);
    }

    private static SpoutFile File(PathString path, byte[] content, TaskCompletionSource<(int Status, string Text)> done)
    {
        string encoded = "/" + string.Join('/', path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(SpoutPath.Encode));
        return SpoutFile.Bytes(encoded, content)
            .OnCommitted((file, _) => Answer((StatusCodes.Status201Created, file.CommitId)))
            .OnAbandoned((_, _) => Answer(Again));

        ValueTask Answer((int Status, string Text) answer)
        {
            done.TrySetResult(answer);
            return ValueTask.CompletedTask;
        }
    }
}
