using System.Formats.Tar;
using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Spouts.Build.Tests.RealBuilds;

/// <summary>A container registry on loopback with one empty image, to be read only.</summary>
internal sealed class LoopbackRegistry : IAsyncDisposable
{
    private const string ManifestType = "application/vnd.docker.distribution.manifest.v2+json";

    private readonly HttpListener _listener = new();
    private readonly Dictionary<string, (string Type, byte[] Content)> _pages = new(StringComparer.Ordinal);
    private readonly Task _serving;

    public LoopbackRegistry(string repository, string tag)
    {
        using MemoryStream compressed = new();
        using (GZipStream zip = new(compressed, CompressionMode.Compress, leaveOpen: true))
        using (TarWriter tar = new(zip))
            tar.WriteEntry(new PaxTarEntry(TarEntryType.Directory, "app/"));
        byte[] layer = compressed.ToArray();
        using MemoryStream plain = new();
        using (GZipStream zip = new(new MemoryStream(layer), CompressionMode.Decompress))
            zip.CopyTo(plain);
        byte[] config = Encoding.UTF8.GetBytes($$$"""
            {"architecture":"amd64","os":"linux","config":{},"rootfs":{"type":"layers","diff_ids":["{{{Digest(plain.ToArray())}}}"]},"history":[{}]}
            """);
        byte[] manifest = Encoding.UTF8.GetBytes($$$"""
            {"schemaVersion":2,"mediaType":"{{{ManifestType}}}",
             "config":{"mediaType":"application/vnd.docker.container.image.v1+json","size":{{{config.Length}}},"digest":"{{{Digest(config)}}}"},
             "layers":[{"mediaType":"application/vnd.docker.image.rootfs.diff.tar.gzip","size":{{{layer.Length}}},"digest":"{{{Digest(layer)}}}"}]}
            """);
        _pages[$"/v2/{repository}/manifests/{tag}"] = (ManifestType, manifest);
        _pages[$"/v2/{repository}/manifests/{Digest(manifest)}"] = (ManifestType, manifest);
        foreach (byte[] blob in (byte[][])[config, layer])
            _pages[$"/v2/{repository}/blobs/{Digest(blob)}"] = ("application/octet-stream", blob);

        int port = FreePort();
        Image = $"localhost:{port}/{repository}:{tag}";
        _listener.Prefixes.Add($"http://localhost:{port}/");
        _listener.Start();
        _serving = ServeAsync();
    }

    /// <summary>The image's name.</summary>
    public string Image { get; }

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _serving;
        _listener.Close();
    }

    private static string Digest(byte[] content) => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(content))}";

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            HttpListenerContext call;
            try
            {
                call = await _listener.GetContextAsync();
            }
            catch (Exception stopped) when (stopped is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            bool known = _pages.TryGetValue(call.Request.Url!.AbsolutePath, out (string Type, byte[] Content) page);
            call.Response.StatusCode = known || call.Request.Url.AbsolutePath == "/v2/" ? 200 : 404;
            if (known)
            {
                call.Response.ContentType = page.Type;
                call.Response.Headers["Docker-Content-Digest"] = Digest(page.Content);
                call.Response.ContentLength64 = page.Content.Length;
                if (call.Request.HttpMethod != "HEAD")
                    await call.Response.OutputStream.WriteAsync(page.Content);
            }

            call.Response.Close();
        }
    }
}
