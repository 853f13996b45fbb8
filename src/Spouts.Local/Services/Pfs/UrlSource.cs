using Spouts.Local.Core;
using Spouts.Local.Core.Files;
using Spouts.Pachyderm.Protos.Pfs;

namespace Spouts.Local.Services;

/// <summary>Files that the server itself fetches. The local pachd fetches over HTTP; object stores it has none.</summary>
internal static class UrlSource
{
    private const int ReadSize = 256 * 1024;
    private static readonly HttpClient s_http = new();

    public static async Task AddAsync(AddFile add, LayerWriter writer, CancellationToken cancellation)
    {
        string scheme = Uri.TryCreate(add.Url.URL, UriKind.Absolute, out Uri? url) ? url.Scheme : "";
        if (scheme is not ("http" or "https"))
            throw new PachException($"unrecognized object store: {scheme}");
        Paths.CheckWritten(add.Path);
        using HttpResponseMessage response = await GetAsync(url!, cancellation);
        if ((int)response.StatusCode >= 400)
            throw new PachException($"error retrieving content from \"{add.Url.URL}\": {(int)response.StatusCode} {response.ReasonPhrase}");
        await using Stream body = await response.Content.ReadAsStreamAsync(cancellation);
        byte[] buffer = new byte[ReadSize];
        await writer.AddAsync(add.Path, add.Datum, default, cancellation);
        for (int read; (read = await body.ReadAsync(buffer, cancellation)) > 0;)
            await writer.AddAsync(add.Path, add.Datum, buffer.AsMemory(0, read), cancellation);
    }

    private static async Task<HttpResponseMessage> GetAsync(Uri url, CancellationToken cancellation)
    {
        try
        {
            return await s_http.GetAsync(url, HttpCompletionOption.ResponseHeadersRead, cancellation);
        }
        catch (HttpRequestException e) when (e.HttpRequestError == HttpRequestError.ConnectionError)
        {
            throw new PachException($"Get \"{url}\": dial tcp 127.0.0.1:{url.Port}: connect: connection refused");
        }
    }
}
