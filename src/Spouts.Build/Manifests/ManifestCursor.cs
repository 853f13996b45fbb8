namespace Spouts.Build.Manifests;

/// <summary>A cursor of a source.</summary>
internal sealed class ManifestCursor
{
    /// <summary>Its key in the ledger.</summary>
    public string Name { get; set; } = "";

    /// <summary>Its type as its author writes it.</summary>
    public string Type { get; set; } = "";
}
