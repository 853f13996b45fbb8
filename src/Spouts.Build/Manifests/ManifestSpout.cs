namespace Spouts.Build.Manifests;

/// <summary>A spout of the manifest.</summary>
/// <param name="name">The pipeline's name.</param>
/// <param name="outputBranch">The branch that takes the commits.</param>
/// <param name="description">What the pipeline is for; null if it does not say.</param>
internal sealed class ManifestSpout(string name, string outputBranch, string? description)
{
    public string Name { get; } = name;

    public string OutputBranch { get; } = outputBranch;

    public string? Description { get; } = description;
}
