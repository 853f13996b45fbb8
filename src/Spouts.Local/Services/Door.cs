namespace Spouts.Local.Services;

/// <summary>Which door a call came through. What may be done depends on it, not on the caller.</summary>
/// <param name="IsSidecar">A worker's sidecar: the only doors that may start commits on output branches.</param>
/// <param name="Port">The port it listens on.</param>
internal sealed record Door(bool IsSidecar, int Port)
{
    /// <summary>The store can be reached from other machines, and so auth stays on.</summary>
    public bool NeedsAuth { get; init; }
}
