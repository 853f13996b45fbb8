using Microsoft.Extensions.Logging;
using Spouts.Files;
using Spouts.Pachyderm;

namespace Spouts.Batching;

/// <summary>
/// Stages the files of a batch as one file set over one stream. A batch of large files goes over several side by side, whose sets are
/// joined: only there the time that it saves is worth the compaction that joining costs the server.
/// </summary>
internal sealed class FileSetStager(OutputRepo repo, TimeProvider time, ILogger logger, CancellationToken cancellationToken) : IAsyncDisposable
{
    private const int Lanes = 4;
    private const long LargeBatch = 8 << 20;

    // The average from which on a batch is one of large files; what is larger than this does not wait in memory: the source waits for it.
    private const long LargeFile = 1 << 20;

    private readonly FileSetUpload _first = repo.Upload(cancellationToken);
    private UploadLane[] _lanes = [];
    private Task<FileSetLease>[] _parts = [];
    private int _files;

    // Sets of a file each, above the others, and the paths in them.
    private readonly List<FileSetLease> _alone = [];
    private readonly HashSet<string> _alonePaths = new(StringComparer.Ordinal);

    /// <summary>How many bytes it was given.</summary>
    public long Bytes { get; private set; }

    // Once there are lanes they stay: the sets are joined anyway, and what comes later to a path of theirs has to lie above it.
    private bool IsOverLanes => _lanes.Length > 0;

    /// <summary>
    /// Stages a file, or has it wait for its turn where that needs nothing of the source any more. The memory that its content is in may be
    /// reused.
    /// </summary>
    /// <returns>The number of bytes of its content.</returns>
    /// <exception cref="FileContentException">The content of this or an earlier file cannot be read.</exception>
    public async Task<long> AddAsync(SpoutFile file)
    {
        // What comes later lies above what came before.
        if (_alone.Count > 0 && (_alonePaths.Contains(file.Path)
            || (file.Change is FileChange.Delete && _alonePaths.Any(path => path.StartsWith(file.Path + '/', StringComparison.Ordinal)))))
        {
            return await AddAloneAsync(file).ConfigureAwait(false);
        }

        if (!IsOverLanes && CanWait(file) && Bytes >= LargeBatch && Bytes / _files >= LargeFile)
            _lanes = [.. Enumerable.Range(0, Lanes).Select(_ => new UploadLane(repo.Upload(cancellationToken), cancellationToken))];
        _files++;
        long bytes = IsOverLanes
            ? await AddAsync(LaneOf(file.Path), file).ConfigureAwait(false)
            : await _first.PutAsync(file).ConfigureAwait(false);
        Bytes += bytes;
        return bytes;
    }

    /// <summary>Stages a file in a set of its own: where its content breaks off, nothing else is lost.</summary>
    /// <returns>The number of bytes of its content.</returns>
    /// <exception cref="FileContentException">The content cannot be read; the file is then in no set.</exception>
    public async Task<long> AddAloneAsync(SpoutFile file)
    {
        FileSetUpload alone = repo.Upload(cancellationToken);
        await using (alone.ConfigureAwait(false))
        {
            long bytes = await alone.PutAsync(file).ConfigureAwait(false);
            _alone.Add(new(repo, await alone.CompleteAsync().ConfigureAwait(false), time, logger));
            _alonePaths.Add(file.Path);
            _files++;
            Bytes += bytes;
            return bytes;
        }
    }

    /// <summary>Ends the streams and joins their sets, the first one's below the others.</summary>
    /// <returns>The file set's id.</returns>
    /// <exception cref="PachydermException">Among others, <see cref="PachydermErrorKind.FileSetGone"/>: a set expired before they were joined.</exception>
    public async Task<string> CompleteAsync()
    {
        if (!IsOverLanes && _alone.Count == 0)
            return await _first.CompleteAsync().ConfigureAwait(false);
        _parts = [LeaseAsync(_first.CompleteAsync()), .. _lanes.Select(lane => LeaseAsync(lane.CompleteAsync()))];
        FileSetLease[] parts = [.. await Task.WhenAll(_parts).ConfigureAwait(false), .. _alone];
        string joined = await repo.ComposeAsync(parts.Select(static part => part.Id), FileSetLease.Ttl, cancellationToken).ConfigureAwait(false);
        return parts.Any(static part => part.IsGone)
            ? throw new PachydermException(PachydermErrorKind.FileSetGone, $"A file set for {repo.Name} expired before it was joined with the others.")
            : joined;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (FileSetLease alone in _alone)
            await alone.DisposeAsync().ConfigureAwait(false);
        await _first.DisposeAsync().ConfigureAwait(false);
        foreach (UploadLane lane in _lanes)
            await lane.DisposeAsync().ConfigureAwait(false);
        foreach (Task<FileSetLease> part in _parts)
        {
            await ((Task)part).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (part.IsCompletedSuccessfully)
                await (await part.ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);
        }
    }

    // A stream that ends early has its set wait for the others, and for the server to join them.
    private async Task<FileSetLease> LeaseAsync(Task<string> completing) =>
        new(repo, await completing.ConfigureAwait(false), time, logger);

    private async Task<long> AddAsync(UploadLane lane, SpoutFile file)
    {
        if (!CanWait(file))
            return await lane.StageAsync(file).ConfigureAwait(false);
        if (!file.IsLocal)
        {
            await lane.AddCopyAsync(file).ConfigureAwait(false);
            return file.Content.Length;
        }

        // A file that grows from here on is staged as long as it is now: that is what the batch counts.
        Stream content = await file.OpenAsync(cancellationToken).ConfigureAwait(false);
        long length = content.Length;
        await lane.AddAsync(file, content, length).ConfigureAwait(false);
        return length;
    }

    private static bool CanWait(SpoutFile file) => file.IsLocal || (file.IsInMemory && file.Content.Length <= LargeFile);

    // All of one path goes through one stream: what comes later must lie above what came before.
    private UploadLane LaneOf(string path) => _lanes[(uint)string.GetHashCode(path, StringComparison.Ordinal) % Lanes];
}
