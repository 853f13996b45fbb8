using System.Text.Json.Serialization;

namespace Spouts.Build.Manifests;

/// <summary>What the compiled program says of its spouts, as far as the build needs it.</summary>
internal sealed class Manifest
{
    /// <summary>The newest version that can be read.</summary>
    public const int Newest = 1;

    [JsonRequired]
    public IReadOnlyList<ManifestSpout> Spouts { get; set; } = [];
}
