namespace Spouts;

/// <summary>A file that is durable: its commit is FINISHED, without an error.</summary>
/// <param name="Path">The file's path in the output repo: its own, or that of its dead letter.</param>
/// <param name="CommitId">The commit that carries it.</param>
public readonly record struct CommittedFile(string Path, string CommitId);
