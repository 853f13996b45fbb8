using System.Collections.Immutable;

namespace Spouts;

/// <summary>What a run of a source may know of its spout. Take it as a parameter of a source method.</summary>
public sealed class SpoutContext
{
    internal SpoutContext(string spout, IStoredFiles files)
    {
        Spout = spout;
        Files = files;
    }

    /// <summary>The spout's name: that of its pipeline and of its output repo.</summary>
    public string Spout { get; }

    /// <summary>The files of the spout's own repo, read-only: what a source compares with instead of keeping a list.</summary>
    public IStoredFiles Files { get; }

    internal bool IsDone { get; private set; }

    // Immutable: the source runs on while its batches are acknowledged.
    internal ImmutableList<Func<CommittedBatch, CancellationToken, ValueTask>> Committed { get; private set; } = [];

    internal ImmutableList<Func<AbandonedBatch, CancellationToken, ValueTask>> Abandoned { get; private set; } = [];

    /// <summary>
    /// Says that the source has nothing more to bring, ever: it is not run again once this run has ended well and what it yielded
    /// is durable and acknowledged. The ledger keeps it, for every later process too. When all sources of the program are done, it ends with exit
    /// code 0, and Pachyderm never starts it again.
    /// </summary>
    public void Done() => IsDone = true;

    /// <summary>
    /// Adds a callback for each batch of this run that becomes durable. It runs after the callbacks of its files, never before the
    /// commit is FINISHED, in the order of the batches, also for one of nothing but items that came again. When the process dies in between,
    /// it never runs.
    /// </summary>
    /// <remarks>
    /// It runs beside the source, on another thread: later files have been yielded by then, and the source goes on. How far to acknowledge,
    /// such as a delivery tag, has to come from the callbacks of the batch's files.
    /// </remarks>
    /// <param name="callback">
    /// What to do. When it throws, it is called again, up to five times within 30 seconds; then, or at once for a
    /// <see cref="SpoutConfigurationException"/>, the process ends and starts again.
    /// </param>
    public void OnCommitted(Func<CommittedBatch, CancellationToken, ValueTask> callback)
    {
        ArgumentNullException.ThrowIfNull(callback);
        Committed = Committed.Add(callback);
    }

    /// <summary>
    /// Adds a callback for each batch of this run that comes to nothing because the run failed or the batch was dropped. It runs after those
    /// of its files. When the process dies, it does not run.
    /// </summary>
    /// <param name="callback">What to do; what it throws is logged.</param>
    public void OnAbandoned(Func<AbandonedBatch, CancellationToken, ValueTask> callback)
    {
        ArgumentNullException.ThrowIfNull(callback);
        Abandoned = Abandoned.Add(callback);
    }
}
