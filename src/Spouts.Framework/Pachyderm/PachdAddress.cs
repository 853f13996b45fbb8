namespace Spouts.Pachyderm;

/// <summary>
/// The addresses of pachd's doors as pachctl writes them: <c>grpc://</c>, <c>http://</c> or nothing in front without TLS,
/// <c>grpcs://</c> or <c>https://</c> with it, then host and port.
/// </summary>
internal static class PachdAddress
{
    private const string Separator = "://";

    // What pachctl takes where none is given: the port of the service, from outside the cluster.
    private const int DefaultPort = 30650;

    /// <param name="text">The address.</param>
    /// <param name="where">Where it stands, for messages.</param>
    /// <exception cref="SpoutConfigurationException">It is none.</exception>
    public static Uri Parse(string text, string where)
    {
        int separator = text.IndexOf(Separator, StringComparison.Ordinal);
        string scheme = separator < 0 ? "grpc" : text[..separator];
        string rest = separator < 0 ? text : text[(separator + Separator.Length)..];
        string http = scheme switch
        {
            "grpc" or "http" => Uri.UriSchemeHttp,
            "grpcs" or "https" => Uri.UriSchemeHttps,
            _ => throw Refused(text, where, $"'{scheme}' is not one of grpc, grpcs, http and https"),
        };

        // Under a scheme that has no port of its own, one that is missing is told from one that is given.
        if (!Uri.TryCreate($"grpc{Separator}{rest}", UriKind.Absolute, out Uri? parsed) || parsed.Host.Length == 0 || parsed.Port == 0)
            throw Refused(text, where, "it has no host, or a port that cannot be");
        if (parsed.UserInfo.Length > 0 || parsed.PathAndQuery.Length > 1 || parsed.Fragment.Length > 0)
            throw Refused(text, where, "only a host and a port may follow the scheme");
        return new UriBuilder(http, parsed.Host, parsed.IsDefaultPort ? DefaultPort : parsed.Port).Uri;
    }

    private static SpoutConfigurationException Refused(string text, string where, string why) => new(
        $"{where} has the address '{text}', but {why}. Write it like grpc://pachd.example.org:30650, or grpcs://pachd.example.org:443 with TLS.");
}
