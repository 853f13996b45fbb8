namespace Spouts;

/// <summary>A batch that is durable: its commit is FINISHED, without an error.</summary>
/// <param name="CommitId">The commit that carries it.</param>
/// <param name="Number">Its number among the batches of the spout, from 1.</param>
/// <param name="Files">How many files it changes; none where it was nothing but items that were durable before.</param>
/// <param name="Bytes">How many bytes of content it brought.</param>
public readonly record struct CommittedBatch(string CommitId, long Number, long Files, long Bytes);
