namespace Spouts.Chaos.Sources;

/// <summary>Which queues a spout reads, and how.</summary>
/// <param name="Spout">The spout that reads them.</param>
/// <param name="Queues">Their names.</param>
/// <param name="Batch">The most items in one batch of a queue.</param>
/// <param name="AcknowledgesBatches">Whether one of them, at least, is acknowledged batch by batch.</param>
internal sealed record QueuePlan(string Spout, IReadOnlyList<string> Queues, int Batch, bool AcknowledgesBatches);
