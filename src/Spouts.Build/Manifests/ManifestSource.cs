namespace Spouts.Build.Manifests;

/// <summary>A source of a spout, as far as its spec and its image depend on it.</summary>
internal sealed class ManifestSource
{
    /// <summary>Its key in the ledger.</summary>
    public string Name { get; set; } = "";

    /// <summary>The IANA name of the zone that its schedule is in; null where it has none.</summary>
    public string? TimeZone { get; set; }

    /// <summary>Its cursors; none in the manifest of a library that an earlier version has compiled.</summary>
    public IReadOnlyList<ManifestCursor> Cursors { get; set; } = [];
}
