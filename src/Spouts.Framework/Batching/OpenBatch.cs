using Spouts.Files;
using Spouts.Hosting;
using Spouts.Pachyderm;

namespace Spouts.Batching;

/// <summary>A batch that still takes files: each is streamed into its file set as it comes, and nothing of it is kept.</summary>
internal sealed class OpenBatch(OutputRepo repo, TimeProvider time, CancellationToken cancellation) : IAsyncDisposable
{
    private readonly BatchPaths _paths = new();
    private readonly List<Acknowledgement> _acknowledgements = [];
    private FileSetUpload? _upload;
    private long _began;
    private int _yielded;

    public bool IsEmpty => _upload is null;

    public long Bytes { get; private set; }

    /// <summary>How long ago the first file came.</summary>
    public TimeSpan Age => IsEmpty ? TimeSpan.Zero : time.GetElapsedTime(_began);

    public IReadOnlyDictionary<string, FileChange> Changes => _paths.Changes;

    public IReadOnlyList<Acknowledgement> Acknowledgements => _acknowledgements;

    /// <summary>Whether the next file belongs to the next batch. Each file counts, also where several are pieces of one path.</summary>
    public bool IsFull(BatchLimits limits) => _yielded >= limits.Files || Bytes >= limits.Bytes || Age >= limits.Period;

    public async Task AddAsync(SpoutFile file)
    {
        if (file.Committed is not null || file.Abandoned is not null)
            _acknowledgements.Add(new(file));
        _paths.Add(file);
        _yielded++;
        if (_upload is null)
        {
            _upload = repo.Upload(cancellation);
            _began = time.GetTimestamp();
        }

        if (file.Change is not FileChange.Append)
            await _upload.DeleteAsync(file.Path).ConfigureAwait(false);
        if (file.Change is FileChange.Delete)
            return;
        Stream content = await file.OpenAsync(cancellation).ConfigureAwait(false);
        await using (content.ConfigureAwait(false))
            Bytes += await _upload.AddAsync(file.Path, content).ConfigureAwait(false);
    }

    /// <summary>Ends the file set; only for a batch that is not empty.</summary>
    /// <returns>The file set's id.</returns>
    public Task<string> CompleteAsync() => _upload!.CompleteAsync();

    public ValueTask DisposeAsync() => _upload?.DisposeAsync() ?? ValueTask.CompletedTask;
}
