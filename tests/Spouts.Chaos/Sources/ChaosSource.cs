using System.Text.Json;
using Spouts.Ledgers;
using Spouts.Testing;

namespace Spouts.Chaos.Sources;

/// <summary>What the spout is to bring in. It is kept here as well, so that what arrived can be compared with it byte by byte.</summary>
internal abstract class ChaosSource(string spout) : IAsyncDisposable
{
    /// <summary>Where other people put their files.</summary>
    public const string ForeignFolder = "/foreign/";

    // Enough that the spout never runs dry between two faults, and little enough that it comes to the end soon after the last one.
    protected const int Ahead = 60;

    /// <summary>The most items in one batch, unless the source is about large ones.</summary>
    protected const int SmallBatch = 5;

    /// <summary>The spout that reads it.</summary>
    public string Spout { get; } = spout;

    /// <summary>Where it lies.</summary>
    public DirectoryInfo Folder { get; } = Directory.CreateTempSubdirectory("spouts-chaos-");

    /// <summary>Whether it can be read again, so that a dropped commit is made good.</summary>
    public virtual bool IsReplayable => false;

    /// <summary>The most items in one batch.</summary>
    public virtual int Batch => SmallBatch;

    /// <summary>Whether the spout stops in the midst of acknowledging, when it is asked to.</summary>
    public virtual bool StopsToAcknowledge => false;

    /// <summary>Whether a process that stands still leaves another one enough to do, and does not hold all items that there are.</summary>
    public virtual bool IsShared => true;

    /// <summary>The file that its items are appended to; null where each is a file of its own.</summary>
    public virtual string? AppendsTo => null;

    /// <summary>Items that it has had.</summary>
    public abstract int Items { get; }

    public static async Task<ChaosSource> CreateAsync(ChaosForm form, int seed, CancellationToken cancellation) => form switch
    {
        ChaosForm.Lines => new LineSource("numbered-log"),
        ChaosForm.Stream => new LineSource("numbered-stream"),
        ChaosForm.FixedSizes => new FixedSizeSource(),
        ChaosForm.Files => new FolderSource(seed),
        ChaosForm.Queue => await QueueSource.CreateAsync(QueueSource.ByItem, cancellation),
        ChaosForm.QueueByBatch => await QueueSource.CreateAsync(QueueSource.ByBatch, cancellation),
        ChaosForm.FullQueues => await QueueSource.CreateAsync(QueueSource.Full, cancellation),
        _ => throw new ArgumentOutOfRangeException(nameof(form), form, "There is no such source."),
    };

    /// <summary>Sees to it that there is something to bring in.</summary>
    /// <param name="cursors">How far the spout has come: the source's cursors by name, an object if there are any.</param>
    public abstract void Feed(JsonElement cursors);

    /// <summary>Where the spout finds it.</summary>
    public virtual IEnumerable<KeyValuePair<string, string>> Variables => [new("CHAOS_FOLDER", Folder.FullName)];

    /// <summary>There is nothing more to come.</summary>
    public abstract Task CloseAsync();

    /// <summary>Whether all has been brought in, and acknowledged where the source wants that.</summary>
    public abstract Task<bool> IsDrainedAsync(SourceEntry entry, SpoutRepo repo, CancellationToken cancellation);

    /// <summary>Compares what arrived with what was sent.</summary>
    public abstract void Compare(IReadOnlyDictionary<string, byte[]> files, ChaosFindings findings);

    /// <summary>What is wrong with the ledger that counts at a commit, compared with the content there; null where nothing is.</summary>
    public virtual Task<string?> CompareAsync(SourceEntry entry, SpoutRepo repo, string commit, CancellationToken cancellation) =>
        Task.FromResult<string?>(null);

    public virtual ValueTask DisposeAsync()
    {
        Folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }
}
