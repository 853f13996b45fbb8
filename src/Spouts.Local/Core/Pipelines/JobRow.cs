namespace Spouts.Local.Core.Pipelines;

/// <summary>A job as it is stored.</summary>
internal sealed record JobRow
{
    public long Ord { get; init; }

    public long PipelineId { get; init; }

    public string Project { get; init; } = "";

    public string Pipeline { get; init; } = "";

    /// <summary>The id of the commit that it is to compute.</summary>
    public string Id { get; init; } = "";

    /// <summary>The pipeline's version for which it was made.</summary>
    public long Version { get; init; }

    /// <summary>Pachyderm's number of the state.</summary>
    public int State { get; init; }

    public string Reason { get; init; } = "";

    public long Created { get; init; }

    /// <summary>When it came to its end; null: it waits.</summary>
    public long? Finished { get; init; }
}
