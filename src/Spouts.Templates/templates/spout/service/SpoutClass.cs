using System.Net;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Configuration;
using Spouts;

/// <summary>Takes what others send to it. While it runs: <c>curl -T FILE http://localhost:8080/NAME</c></summary>
[Spout("my-spout", Description = "What was sent to it.")]
[Service(8080)]
public sealed class SpoutClass(IConfiguration configuration)
{
    // Windows lets only administrators listen on every address.
    private readonly string _address = $"http://{(OperatingSystem.IsWindows() ? "localhost" : "*")}:{configuration["Inbox:Port"] ?? "8080"}/";

    // A sender is answered once its file is durable. Whoever got no answer, or 503, sends it again:
#if (cursor)
    // it then arrives twice, under two numbers.
#else
    // it then takes the place of the first, so nothing is doubled.
#endif
    [Stream]
    [Batch(Period = "1s")]
#if (cursor)
    public async IAsyncEnumerable<SpoutFile> Receive(Cursor<long> last, [EnumeratorCancellation] CancellationToken ct)
#else
    public async IAsyncEnumerable<SpoutFile> Receive([EnumeratorCancellation] CancellationToken ct)
#endif
    {
        using HttpListener inbox = new() { Prefixes = { _address }, IgnoreWriteExceptions = true };
        inbox.Start();
        while (true)
        {
            HttpListenerContext sender = await inbox.GetContextAsync().WaitAsync(ct);
            string name = Uri.UnescapeDataString(sender.Request.Url!.AbsolutePath[1..]);
            byte[]? content = name.Length > 0 ? await ReadAsync(sender.Request, ct) : null;
            if (content is null)
            {
                await Answer(sender, HttpStatusCode.BadRequest);
                continue;
            }

#if (cursor)
            long next = last.Value + 1;

            // The file carries its position: the cursor moves with the file's commit, or not at all.
            yield return SpoutFile.Bytes($"/{next:D6}-{SpoutPath.Encode(name)}", content)
                .WithCursor(last, next)
#else
            yield return SpoutFile.Bytes($"/{SpoutPath.Encode(name)}", content)
#endif
                .OnCommitted((_, _) => Answer(sender, HttpStatusCode.OK))
                .OnAbandoned((_, _) => Answer(sender, HttpStatusCode.ServiceUnavailable));
        }
    }

    private static async Task<byte[]?> ReadAsync(HttpListenerRequest request, CancellationToken ct)
    {
        try
        {
            using MemoryStream content = new();
            await request.InputStream.CopyToAsync(content, ct);
            return content.ToArray();
        }
        catch (Exception gone) when (gone is HttpListenerException or IOException)
        {
            // The sender has hung up, so there is nobody to tell.
            return null;
        }
    }

    private static ValueTask Answer(HttpListenerContext sender, HttpStatusCode status)
    {
        sender.Response.StatusCode = (int)status;
        sender.Response.Close();
        return ValueTask.CompletedTask;
    }
}
