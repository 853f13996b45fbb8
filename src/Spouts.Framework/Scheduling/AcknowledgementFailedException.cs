namespace Spouts.Scheduling;

/// <summary>A callback for what was committed threw; why is inside. Ends the process, so that the source offers the item again.</summary>
internal sealed class AcknowledgementFailedException(string what, string commitId, Exception inner)
    : Exception($"What was yielded as {what} is durable in the commit {commitId}, but its acknowledgement failed: {inner.Message}", inner);
