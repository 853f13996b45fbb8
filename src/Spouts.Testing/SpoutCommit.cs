namespace Spouts.Testing;

/// <summary>A commit of a spout's output branch.</summary>
/// <param name="Id">Its id.</param>
/// <param name="ParentId">Its parent's id; empty for the first.</param>
/// <param name="IsOpen">Whether it still takes data.</param>
/// <param name="IsFinished">Whether it is durable.</param>
/// <param name="Error">Why it does not count; empty where it does.</param>
/// <param name="Description">Its description: for a spout's commit, the ledger.</param>
/// <param name="SpecCommitId">The version of the pipeline in its provenance.</param>
public sealed record SpoutCommit(
    string Id, string ParentId, bool IsOpen, bool IsFinished, string Error, string Description, string SpecCommitId);
