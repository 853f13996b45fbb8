namespace Spouts.Scheduling;

/// <summary>A callback of <see cref="SpoutFile.OnCommitted"/> threw; why is inside. Ends the process, so that the source offers the item again.</summary>
internal sealed class AcknowledgementFailedException(string path, string commitId, Exception inner)
    : Exception($"The file {path} is durable in the commit {commitId}, but its acknowledgement failed: {inner.Message}", inner);
