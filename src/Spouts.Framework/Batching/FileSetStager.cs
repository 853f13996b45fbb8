using Spouts.Pachyderm;

namespace Spouts.Batching;

/// <summary>
/// Stages the files of a batch as one file set: over one stream, and once the batch is large, over several side by side, whose sets
/// are joined. Pachyderm takes medium files twice as fast that way, whereas a small batch would only pay for the streams.
/// </summary>
internal sealed class FileSetStager(OutputRepo repo, CancellationToken cancellation) : IAsyncDisposable
{
    private const int Lanes = 4;
    private const int LargeFiles = 1000;
    private const long LargeBytes = 8 << 20;

    // What is larger does not wait in memory: the source waits for it.
    private const long LargestWaiting = 1 << 20;

    private readonly FileSetUpload _first = repo.Upload(cancellation);
    private UploadLane[] _lanes = [];
    private int _files;

    /// <summary>How many bytes it was given.</summary>
    public long Bytes { get; private set; }

    /// <summary>Stages a file, or has it wait for its turn where it can be read while the source goes on.</summary>
    /// <returns>The number of bytes of its content.</returns>
    /// <exception cref="FileContentException">The content of this or an earlier file cannot be read.</exception>
    public async Task<long> AddAsync(SpoutFile file)
    {
        if (_lanes.Length == 0 && (_files >= LargeFiles || Bytes >= LargeBytes))
            _lanes = [.. Enumerable.Range(0, Lanes).Select(_ => new UploadLane(repo.Upload(cancellation), cancellation))];
        _files++;
        long bytes = _lanes.Length == 0
            ? await _first.PutAsync(file).ConfigureAwait(false)
            : await AddAsync(LaneOf(file.Path), file).ConfigureAwait(false);
        Bytes += bytes;
        return bytes;
    }

    /// <summary>Ends the streams and joins their sets, the first one's below the others.</summary>
    /// <returns>The file set's id.</returns>
    public async Task<string> CompleteAsync()
    {
        Task<string> first = _first.CompleteAsync();
        string[] lanes = await Task.WhenAll(_lanes.Select(static lane => lane.CompleteAsync())).ConfigureAwait(false);
        string id = await first.ConfigureAwait(false);
        return lanes.Length == 0 ? id : await repo.ComposeAsync([id, .. lanes], FileSetLease.Ttl, cancellation).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await _first.DisposeAsync().ConfigureAwait(false);
        foreach (UploadLane lane in _lanes)
            await lane.DisposeAsync().ConfigureAwait(false);
    }

    private async Task<long> AddAsync(UploadLane lane, SpoutFile file)
    {
        if (file.IsInMemory && file.Content.Length <= LargestWaiting)
        {
            await lane.AddAsync(file, opened: null).ConfigureAwait(false);
            return file.Content.Length;
        }

        if (!file.IsLocal)
            return await lane.StageAsync(file).ConfigureAwait(false);
        Stream content = await file.OpenAsync(cancellation).ConfigureAwait(false);
        long length = content.Length;
        await lane.AddAsync(file, content).ConfigureAwait(false);
        return length;
    }

    // All of one path goes through one stream: what comes later must lie above what came before.
    private UploadLane LaneOf(string path) => _lanes[(uint)string.GetHashCode(path, StringComparison.Ordinal) % Lanes];
}
