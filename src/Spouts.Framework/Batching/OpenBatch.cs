using Spouts.Files;
using Spouts.Hosting;
using Spouts.Pachyderm;

namespace Spouts.Batching;

/// <summary>A batch that still takes files: each is streamed into its file set as it comes, and nothing of it is kept.</summary>
internal sealed class OpenBatch(OutputRepo repo, KnownItems known, TimeProvider time, CancellationToken cancellation) : IAsyncDisposable
{
    private readonly BatchPaths _paths = new();
    private readonly List<Acknowledgement> _acknowledgements = [];
    private FileSetUpload? _upload;
    private long? _began;
    private int _yielded;

    /// <summary>Whether nothing has come yet, not even an item that came before.</summary>
    public bool IsEmpty => _began is null;

    /// <summary>Whether there is anything to publish.</summary>
    public bool HasData => _upload is not null;

    /// <summary>How many of its files are made from items of a queue.</summary>
    public int Items { get; private set; }

    public long Bytes { get; private set; }

    /// <summary>How long ago the first file came.</summary>
    public TimeSpan Age => _began is { } began ? time.GetElapsedTime(began) : TimeSpan.Zero;

    public IReadOnlyDictionary<string, FileChange> Changes => _paths.Changes;

    public IReadOnlyList<Acknowledgement> Acknowledgements => _acknowledgements;

    /// <summary>Whether the next file belongs to the next batch. Each file counts, also where several are pieces of one path.</summary>
    public bool IsFull(BatchLimits limits) =>
        _yielded >= limits.Files || Bytes >= limits.Bytes || Age >= limits.Period || Items >= KnownItems.MostInBatch;

    public async Task AddAsync(SpoutFile file)
    {
        _began ??= time.GetTimestamp();
        if (file.Committed is not null || file.Abandoned is not null || file.Item is not null)
            _acknowledgements.Add(new(file));
        if (file.Item is { } item)
        {
            if (!known.Add(item))
                return;
            Items++;
        }

        _paths.Add(file);
        _yielded++;
        _upload ??= repo.Upload(cancellation);
        if (file.Change is not FileChange.Append)
            await _upload.DeleteAsync(file.Path).ConfigureAwait(false);
        if (file.Change is FileChange.Delete)
            return;
        Stream content = await file.OpenAsync(cancellation).ConfigureAwait(false);
        await using (content.ConfigureAwait(false))
            Bytes += await _upload.AddAsync(file.Path, content).ConfigureAwait(false);
    }

    /// <summary>Ends the file set; only for a batch that has data.</summary>
    /// <returns>The file set's id.</returns>
    public Task<string> CompleteAsync() => _upload!.CompleteAsync();

    public ValueTask DisposeAsync() => _upload?.DisposeAsync() ?? ValueTask.CompletedTask;
}
