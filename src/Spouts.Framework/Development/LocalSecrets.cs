using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Spouts.Development;

/// <summary>
/// Stands in for Kubernetes' secrets on a laptop: what a worker would be given, the developer's own environment or configuration
/// has. Nothing of it reaches the local pachd, which would keep it on the disk.
/// </summary>
internal sealed partial class LocalSecrets(IConfiguration configuration, ILogger<LocalSecrets> logger)
{
    /// <summary>Sets the variables that a spec asks for, and takes its secrets out of it.</summary>
    /// <returns>The spec without secrets.</returns>
    /// <exception cref="SpoutConfigurationException">A variable is set nowhere.</exception>
    public string TakeFrom(string spout, string spec)
    {
        JsonObject json = JsonNode.Parse(spec)!.AsObject();
        if (json["transform"] is not JsonObject transform || transform["secrets"] is not JsonArray secrets)
            return spec;
        foreach (JsonNode? secret in secrets)
        {
            if ((string?)secret!["envVar"] is { } variable)
                SetVariable(spout, (string?)secret["name"], variable);
            if ((string?)secret["mountPath"] is { } folder && !Directory.Exists(folder))
                LogNotMounted(spout, (string?)secret["name"], folder);
        }

        transform.Remove("secrets");
        return json.ToJsonString();
    }

    private void SetVariable(string spout, string? secret, string variable)
    {
        if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 })
            return;
        string value = (configuration[variable] ?? configuration[variable.Replace("__", ":", StringComparison.Ordinal)]) is { Length: > 0 } configured ? configured : throw new SpoutConfigurationException(
            $"The spout '{spout}' needs {variable}, which in a cluster comes from the Kubernetes secret '{secret}'. "
            + $"Here, set the environment variable, or, after dotnet user-secrets init: dotnet user-secrets set {variable} VALUE");
        Environment.SetEnvironmentVariable(variable, value);
        (configuration as IConfigurationRoot)?.Reload();
    }

    [LoggerMessage(LogLevel.Warning, "In a cluster the spout {Spout} finds the secret '{Secret}' below {Folder}; on this machine there is no such folder.")]
    private partial void LogNotMounted(string spout, string? secret, string folder);
}
