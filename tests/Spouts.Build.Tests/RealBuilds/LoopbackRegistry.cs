using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Spouts.Build.Tests.Images;
using Spouts.Tests;

namespace Spouts.Build.Tests.RealBuilds;

/// <summary>
/// A container registry on loopback (docker-registry), with an empty image in it for two processors: a stand-in for a base image, which is
/// made from whatever machine this is.
/// </summary>
internal sealed class LoopbackRegistry : IAsyncDisposable
{
    private const string ConfigType = "application/vnd.oci.image.config.v1+json";
    private const string LayerType = "application/vnd.oci.image.layer.v1.tar+gzip";
    private const string ManifestType = "application/vnd.oci.image.manifest.v1+json";
    private const string IndexType = "application/vnd.oci.image.index.v1+json";
    private const string BaseRepository = "dotnet/base";
    private const string BaseTag = "10.0";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TemporaryFolder _folder = new();
    private readonly HttpClient _http;
    private readonly Process _process;

    private LoopbackRegistry(int port)
    {
        Address = $"localhost:{port}";
        _http = new() { BaseAddress = new($"http://{Address}/v2/") };
        File.WriteAllText(_folder.File("config.yml"), $"""
            version: 0.1
            log:
              level: error
            storage:
              filesystem:
                rootdirectory: {_folder.File("data")}
            http:
              addr: localhost:{port}
            """);
        _process = Process.Start(new ProcessStartInfo("docker-registry", ["serve", _folder.File("config.yml")]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        foreach (Action read in (Action[])[_process.BeginErrorReadLine, _process.BeginOutputReadLine])
            read();
        _process.ErrorDataReceived += static (_, line) => TestOutput.Keep(line.Data ?? "");
    }

    /// <summary>Its host and port.</summary>
    public string Address { get; }

    /// <summary>The image in it.</summary>
    public string BaseImage => $"{Address}/{BaseRepository}:{BaseTag}";

    /// <summary>Starts a registry, or skips the test with the reason why there is none.</summary>
    public static async Task<LoopbackRegistry> StartAsync()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "docker-registry comes from Debian.");
        (int exitCode, string output) = await Command.TryAsync("bash", [Repo.File(".ci/containers")]);
        Assert.SkipUnless(exitCode == 0, $"There is no registry: {output.Trim()}");
        LoopbackRegistry registry = new(FreePort());
        await registry.ReadyAsync();
        await registry.PushBaseAsync();
        return registry;
    }

    /// <summary>An image as it was pushed, for each processor: its configuration.</summary>
    public async Task<IReadOnlyDictionary<string, JsonElement>> ReadAsync(string repository, string tag)
    {
        JsonElement manifest = await ManifestAsync(repository, tag);
        IEnumerable<string> digests = manifest.TryGetProperty("manifests", out JsonElement images)
            ? images.EnumerateArray().Select(static image => image.GetProperty("digest").GetString()!)
            : [tag];
        Dictionary<string, JsonElement> configurations = new(StringComparer.Ordinal);
        foreach (string digest in digests)
        {
            string config = (await ManifestAsync(repository, digest)).GetProperty("config").GetProperty("digest").GetString()!;
            JsonElement image = Json(await _http.GetStringAsync($"{repository}/blobs/{config}"));
            configurations.Add(image.GetProperty("architecture").GetString()!, image.GetProperty("config"));
        }

        return configurations;
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _http.Dispose();
        _folder.Dispose();
    }

    private async Task<JsonElement> ManifestAsync(string repository, string reference)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, $"{repository}/manifests/{reference}");
        foreach (string type in (string[])[IndexType, ManifestType, "application/vnd.docker.distribution.manifest.list.v2+json", "application/vnd.docker.distribution.manifest.v2+json"])
            request.Headers.Accept.Add(new(type));
        using HttpResponseMessage answer = await _http.SendAsync(request);
        return Json(await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync());
    }

    private async Task ReadyAsync()
    {
        using CancellationTokenSource patience = new(Patience);
        while (true)
        {
            try
            {
                using HttpResponseMessage answer = await _http.GetAsync("", patience.Token);
                if (answer.IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException refused) when (!_process.HasExited && refused.InnerException is SocketException)
            {
                await Task.Yield();
            }
        }
    }

    private async Task PushBaseAsync()
    {
        using MemoryStream tar = new();
        await using (TarWriter writer = new(tar, leaveOpen: true))
            await writer.WriteEntryAsync(new PaxTarEntry(TarEntryType.Directory, "app/"));
        using MemoryStream zipped = new();
        await using (GZipStream zip = new(zipped, CompressionMode.Compress, leaveOpen: true))
            await zip.WriteAsync(tar.ToArray());
        byte[] layer = zipped.ToArray();
        await PushBlobAsync(layer);
        List<string> images = [];
        foreach (string processor in (string[])["amd64", "arm64"])
        {
            byte[] config = Encoding.UTF8.GetBytes(
                $$$"""{"architecture":"{{{processor}}}","os":"linux","config":{},"rootfs":{"type":"layers","diff_ids":["{{{Digest(tar.ToArray())}}}"]},"history":[{}]}""");
            await PushBlobAsync(config);
            byte[] manifest = Encoding.UTF8.GetBytes(
                $$$"""
                {"schemaVersion":2,"mediaType":"{{{ManifestType}}}",
                 "config":{"mediaType":"{{{ConfigType}}}","size":{{{config.Length}}},"digest":"{{{Digest(config)}}}"},
                 "layers":[{"mediaType":"{{{LayerType}}}","size":{{{layer.Length}}},"digest":"{{{Digest(layer)}}}"}]}
                """);
            await PushManifestAsync(Digest(manifest), ManifestType, manifest);
            images.Add($$$"""{"mediaType":"{{{ManifestType}}}","size":{{{manifest.Length}}},"digest":"{{{Digest(manifest)}}}","platform":{"architecture":"{{{processor}}}","os":"linux"}}""");
        }

        await PushManifestAsync(BaseTag, IndexType, Encoding.UTF8.GetBytes(
            $$"""{"schemaVersion":2,"mediaType":"{{IndexType}}","manifests":[{{string.Join(",", images)}}]}"""));
    }

    private async Task PushBlobAsync(byte[] blob)
    {
        using HttpResponseMessage begun = await _http.PostAsync($"{BaseRepository}/blobs/uploads/", null);
        Uri upload = begun.EnsureSuccessStatusCode().Headers.Location!;
        using ByteArrayContent content = new(blob);
        using HttpResponseMessage done = await _http.PutAsync($"{upload}&digest={Digest(blob)}", content);
        done.EnsureSuccessStatusCode();
    }

    private async Task PushManifestAsync(string reference, string type, byte[] manifest)
    {
        using ByteArrayContent content = new(manifest);
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        using HttpResponseMessage done = await _http.PutAsync($"{BaseRepository}/manifests/{reference}", content);
        done.EnsureSuccessStatusCode();
    }

    private static JsonElement Json(string text)
    {
        using JsonDocument document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }

    private static string Digest(byte[] content) => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(content))}";

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
