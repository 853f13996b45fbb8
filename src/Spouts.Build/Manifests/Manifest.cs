namespace Spouts.Build.Manifests;

/// <summary>What the compiled program says of its spouts, as far as the build needs it.</summary>
/// <param name="spouts">The spouts.</param>
internal sealed class Manifest(IReadOnlyList<ManifestSpout> spouts)
{
    /// <summary>The newest version that can be read.</summary>
    public const int Version = 1;

    public IReadOnlyList<ManifestSpout> Spouts { get; } = spouts;
}
