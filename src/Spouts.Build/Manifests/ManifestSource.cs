namespace Spouts.Build.Manifests;

/// <summary>A source of a spout, as far as its image depends on it.</summary>
internal sealed class ManifestSource
{
    /// <summary>The IANA name of the zone that its schedule is in; null where it has none.</summary>
    public string? TimeZone { get; set; }
}
