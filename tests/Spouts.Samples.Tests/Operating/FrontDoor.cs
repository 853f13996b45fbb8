using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Spouts.Tests;

namespace Spouts.Samples.Tests.Operating;

/// <summary>A real endpoint before a door of the local pachd's: with TLS, or one that keeps a call, or its answer, back for ever.</summary>
internal sealed class FrontDoor : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _behind = new(new SocketsHttpHandler { EnableMultipleHttp2Connections = true });
    private readonly Uri _target;
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private (string Method, bool Delivered)? _held;

    private FrontDoor(Uri target, X509Certificate2? certificate, HttpProtocols protocols)
    {
        _target = target;
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = protocols;
            if (certificate is not null)
                listen.UseHttps(certificate);
        }));
        _app = builder.Build();
        _app.Run(ForwardAsync);
    }

    public int Port => new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()).Port;

    /// <summary>Ends when the call that is to be held has come.</summary>
    public Task Reached => _reached.Task;

    public static async Task<FrontDoor> StartAsync(Uri target, X509Certificate2? certificate = null, HttpProtocols protocols = HttpProtocols.Http2)
    {
        FrontDoor door = new(target, certificate, protocols);
        await door._app.StartAsync();
        return door;
    }

    /// <summary>Holds the next call of a method: before the server gets it, or its answer.</summary>
    public void Hold(string method, bool delivered) => _held = (method, delivered);

    /// <summary>A certificate for localhost that its own authority has signed, and the authority's in PEM.</summary>
    public static (X509Certificate2 Server, string Authority) Certificates()
    {
        using RSA authorityKey = RSA.Create(2048);
        CertificateRequest authority = new("CN=Test authority", authorityKey, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        authority.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using X509Certificate2 root = authority.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        using RSA key = RSA.Create(2048);
        TestOutput.Plant(key.ExportPkcs8PrivateKeyPem().Split('\n')[1..^1]);
        CertificateRequest request = new("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        using X509Certificate2 signed = request.Create(root, DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddHours(12), [1, 2, 3]);
        return (signed.CopyWithPrivateKey(key), root.ExportCertificatePem());
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _behind.Dispose();
    }

    private async Task ForwardAsync(HttpContext context)
    {
        string path = context.Request.Path.Value!;
        (string Method, bool Delivered)? held = path.EndsWith($"/{_held?.Method}", StringComparison.Ordinal) ? _held : null;
        if (held is { Delivered: false })
            await HoldAsync(context);
        using HttpRequestMessage request = new(HttpMethod.Post, new Uri(_target, path))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new StreamContent(context.Request.Body),
        };
        foreach ((string name, var values) in context.Request.Headers.Where(static header => !header.Key.StartsWith(':') && header.Key != "Host"))
        {
            if (!request.Headers.TryAddWithoutValidation(name, values.ToArray()))
                request.Content.Headers.TryAddWithoutValidation(name, values.ToArray());
        }

        using HttpResponseMessage answer = await _behind.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, context.RequestAborted);
        foreach ((string name, IEnumerable<string> values) in answer.Headers.Concat(answer.Content.Headers))
            context.Response.Headers.Append(name, values.ToArray());
        if (held is not null)
            await HoldAsync(context);
        await using (Stream body = await answer.Content.ReadAsStreamAsync(context.RequestAborted))
            await body.CopyToAsync(context.Response.Body, context.RequestAborted);
        foreach ((string name, IEnumerable<string> values) in answer.TrailingHeaders)
            context.Response.AppendTrailer(name, values.ToArray());
    }

    private Task HoldAsync(HttpContext context)
    {
        _reached.TrySetResult();
        return Task.Delay(Timeout.Infinite, context.RequestAborted);
    }
}
