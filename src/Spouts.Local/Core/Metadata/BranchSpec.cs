namespace Spouts.Local.Core.Metadata;

/// <summary>What a caller wants a branch to be.</summary>
internal sealed record BranchSpec(BranchRef Branch)
{
    public CommitHandle? Head { get; init; }

    /// <summary>Replaces the old provenance, also when empty.</summary>
    public IReadOnlyList<BranchRef> Provenance { get; init; } = [];

    /// <summary>Branches of the provenance whose new commits are not followed.</summary>
    public IReadOnlyList<BranchRef> NeverPropagate { get; init; } = [];

    /// <summary>Null keeps the old trigger.</summary>
    public Trigger? Trigger { get; init; }
}
