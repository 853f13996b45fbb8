namespace Spouts.Batching;

/// <summary>What to do for a file once its batch is durable. It keeps nothing of the file's content.</summary>
internal sealed record Acknowledgement(string Path, Func<CommittedFile, CancellationToken, ValueTask> Callback);
