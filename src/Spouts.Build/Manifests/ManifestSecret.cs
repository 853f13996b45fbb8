using System.Text.Json.Serialization;

namespace Spouts.Build.Manifests;

/// <summary>A Kubernetes secret that the worker is given: one key of it as a variable, or all of it as a folder.</summary>
internal sealed class ManifestSecret
{
    [JsonRequired]
    public string Name { get; set; } = "";

    public string? Key { get; set; }

    public string? Environment { get; set; }

    public string? MountPath { get; set; }
}
