using System.Text.Json.Serialization;

namespace Spouts.Build.Manifests;

/// <summary>The Kubernetes service in front of a spout.</summary>
internal sealed class ManifestService
{
    /// <summary>Where the program listens.</summary>
    [JsonRequired]
    public int Port { get; set; }

    /// <summary>Where others send to.</summary>
    [JsonRequired]
    public int ExternalPort { get; set; }

    [JsonRequired]
    public string Type { get; set; } = "";
}
