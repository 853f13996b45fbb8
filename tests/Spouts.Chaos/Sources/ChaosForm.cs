namespace Spouts.Chaos.Sources;

/// <summary>What the spout brings in.</summary>
public enum ChaosForm
{
    /// <summary>Lines from a log, appended to one file: a batch applied twice shows as doubled lines.</summary>
    Lines,

    /// <summary>The same lines from an endless source, cut into batches, of which the next is staged while one is published.</summary>
    Stream,

    /// <summary>Toggles, deletions and files of fixed size, one a commit: a commit without its batch looks like one with it.</summary>
    FixedSizes,

    /// <summary>Files from a queue that redelivers what was not acknowledged.</summary>
    Files,

    /// <summary>Items from a queue of RabbitMQ's, appended to one file: an item brought in twice shows as a doubled line.</summary>
    Queue,

    /// <summary>The same queue, acknowledged batch by batch.</summary>
    QueueByBatch,

    /// <summary>Two such queues in one spout, one acknowledged item by item and one batch by batch, whose batches fill the places of the ledger.</summary>
    FullQueues,
}
