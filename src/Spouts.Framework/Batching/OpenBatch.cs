using Microsoft.Extensions.Logging;
using Spouts.Hosting;
using Spouts.Pachyderm;

namespace Spouts.Batching;

/// <summary>A batch that still takes files: each is streamed into its file set as it comes, and nothing of it is kept.</summary>
internal sealed class OpenBatch(
    OutputRepo repo, KnownItems known, TimeProvider time, ILogger logger, CancellationToken cancellation) : IAsyncDisposable
{
    private readonly List<Acknowledgement> _acknowledgements = [];
    private FileSetStager? _stager;
    private long? _began;
    private int _yielded;

    /// <summary>Whether nothing has come yet, not even an item that came before.</summary>
    public bool IsEmpty => _began is null;

    /// <summary>Whether there is anything to publish.</summary>
    public bool HasData => _stager is not null;

    /// <summary>How many of its files are made from items of a queue.</summary>
    public int Items { get; private set; }

    /// <summary>How many files went to the dead letters.</summary>
    public int DeadLetters { get; set; }

    public long Bytes => _stager?.Bytes ?? 0;

    /// <summary>How long ago the first file came.</summary>
    public TimeSpan Age => _began is { } began ? time.GetElapsedTime(began) : TimeSpan.Zero;

    public BatchPaths Paths { get; } = new();

    public IReadOnlyList<Acknowledgement> Acknowledgements => _acknowledgements;

    /// <summary>Whether the next file belongs to the next batch. Each file counts, also where several are pieces of one path.</summary>
    public bool IsFull(BatchLimits limits) =>
        _yielded >= limits.Files || Bytes >= limits.Bytes || Age >= limits.Period || Items >= KnownItems.MostInBatch;

    /// <summary>Stages a file.</summary>
    /// <returns>Whether it is new; false where its item came before, so that it is only acknowledged.</returns>
    public async Task<bool> AddAsync(SpoutFile file)
    {
        _began ??= time.GetTimestamp();
        if (file.Committed is not null || file.Abandoned is not null || file.Item is not null)
            _acknowledgements.Add(new(file));
        if (file.Item is { } item)
        {
            if (!known.Add(item))
                return false;
            Items++;
        }

        Paths.Add(file);
        _yielded++;
        _stager ??= new(repo, time, logger, cancellation);
        Paths.Grow(file.Path, await _stager.AddAsync(file).ConfigureAwait(false));
        return true;
    }

    /// <summary>Ends the file set; only for a batch that has data.</summary>
    /// <returns>The file set's id.</returns>
    public Task<string> CompleteAsync() => _stager!.CompleteAsync();

    public ValueTask DisposeAsync() => _stager?.DisposeAsync() ?? ValueTask.CompletedTask;
}
