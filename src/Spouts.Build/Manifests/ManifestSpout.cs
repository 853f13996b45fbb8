using System.Text.Json.Serialization;

namespace Spouts.Build.Manifests;

/// <summary>A spout of the manifest. What it does not say is left to Pachyderm.</summary>
internal sealed class ManifestSpout
{
    /// <summary>The pipeline's name.</summary>
    [JsonRequired]
    public string Name { get; set; } = "";

    /// <summary>The branch that takes the commits.</summary>
    [JsonRequired]
    public string OutputBranch { get; set; } = "";

    /// <summary>What the pipeline is for.</summary>
    public string? Description { get; set; }

    /// <summary>The pipeline's project; it wins over that of the build.</summary>
    public string? Project { get; set; }

    public IReadOnlyDictionary<string, string> Labels { get; set; } = new Dictionary<string, string>();

    public IReadOnlyDictionary<string, string> Annotations { get; set; } = new Dictionary<string, string>();

    /// <summary>How many workers there are, of which one runs.</summary>
    public int Parallelism { get; set; } = 1;

    public IReadOnlyList<ManifestSecret> Secrets { get; set; } = [];

    public ManifestResources Resources { get; set; } = new();

    /// <summary>The Kubernetes service of a spout that listens.</summary>
    public ManifestService? Service { get; set; }

    public IReadOnlyList<ManifestSource> Sources { get; set; } = [];
}
