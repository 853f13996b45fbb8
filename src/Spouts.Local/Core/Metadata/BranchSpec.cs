namespace Spouts.Local.Core.Metadata;

/// <summary>What a caller wants a branch to be.</summary>
internal sealed record BranchSpec(BranchRef Branch)
{
    public CommitHandle? Head { get; init; }

    /// <summary>Replaces the old provenance, also when empty.</summary>
    public IReadOnlyList<BranchRef> Provenance { get; init; } = [];

    /// <summary>Of branches of the provenance, whether their new commits are not followed. Others are.</summary>
    public IReadOnlyList<(BranchRef Branch, bool Never)> Propagation { get; init; } = [];

    /// <summary>Null keeps the old trigger.</summary>
    public Trigger? Trigger { get; init; }
}
