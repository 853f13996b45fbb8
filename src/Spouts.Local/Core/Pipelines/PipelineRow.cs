namespace Spouts.Local.Core.Pipelines;

/// <summary>A pipeline as it is stored: what changes over its life. What a version says is in <see cref="PipelineStore"/>.</summary>
internal sealed record PipelineRow
{
    public long Id { get; init; }

    public string Project { get; init; } = "";

    public string Name { get; init; } = "";

    public long Version { get; init; }

    /// <summary>Pachyderm's number of the state.</summary>
    public int State { get; init; }

    public bool Stopped { get; init; }

    public string Reason { get; init; } = "";

    /// <summary>The port of a spout's sidecar door, kept so that clients find it again after a restart.</summary>
    public int? DoorPort { get; init; }

    /// <summary>The token with which its worker calls; null while auth is off.</summary>
    public string? AuthToken { get; init; }

    public override string ToString() => $"{Project}/{Name}";
}
