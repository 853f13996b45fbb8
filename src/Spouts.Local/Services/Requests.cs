using Spouts.Local.Core;

namespace Spouts.Local.Services;

/// <summary>Refusals of malformed requests, as the real server's generated validation words them.</summary>
internal static class Requests
{
    public static PachException Missing(string request, string field, bool stream = false)
        => new(ErrorKind.InvalidArgument, $"validate {(stream ? "recv" : "request")}: invalid {request}.{field}: value is required");
}
