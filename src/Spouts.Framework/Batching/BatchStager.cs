using Microsoft.Extensions.Logging;
using Spouts.Files;
using Spouts.Ledgers;
using Spouts.Pachyderm;

namespace Spouts.Batching;

/// <summary>
/// Streams the files of a run into a file set while the source is still yielding them: nothing is buffered, and a slow server
/// slows the source.
/// </summary>
internal sealed partial class BatchStager(OutputRepo repo, TimeProvider time, ILogger<BatchStager> logger)
{
    private const long LargeBytes = 1L << 30;
    private static readonly TimeSpan LongRun = TimeSpan.FromMinutes(10);

    /// <summary>Stages a run.</summary>
    /// <param name="source">The source's name.</param>
    /// <param name="entry">Its entry in the ledger as the run began.</param>
    /// <param name="files">The run.</param>
    /// <param name="moved">The source's entry as of the file yielded last.</param>
    /// <param name="cancellation">Ends the run; what was staged is thrown away.</param>
    /// <returns>The batch; null for a run without files.</returns>
    public async Task<StagedBatch?> StageAsync(
        string source, SourceEntry entry, IAsyncEnumerable<SpoutFile> files, Func<SourceEntry> moved, CancellationToken cancellation)
    {
        BatchPaths paths = new();
        List<Acknowledgement> acknowledgements = [];
        FileSetUpload? upload = null;
        long started = time.GetTimestamp();
        long bytes = 0;
        bool warned = false;
        try
        {
            await foreach (SpoutFile file in files.WithCancellation(cancellation).ConfigureAwait(false))
            {
                paths.Add(file);
                upload ??= repo.Upload(cancellation);
                bytes += await SendAsync(upload, file, cancellation).ConfigureAwait(false);
                if (file.Committed is { } callback)
                    acknowledgements.Add(new(file.Path, callback));
                if (!warned && (bytes > LargeBytes || time.GetElapsedTime(started) > LongRun))
                {
                    warned = true;
                    LogLargeRun(source, ByteSize.Format(bytes), time.GetElapsedTime(started));
                }
            }

            if (upload is null)
                return null;
            string fileSet = await upload.CompleteAsync().ConfigureAwait(false);
            return new()
            {
                Source = source,
                Base = entry,
                Entry = moved(),
                FileSet = fileSet,
                Files = paths.Changes.Count,
                Bytes = bytes,
                Changes = paths.Changes,
                Acknowledgements = acknowledgements,
                Lease = new(repo, fileSet, time, logger),
            };
        }
        finally
        {
            if (upload is not null)
                await upload.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static async Task<long> SendAsync(FileSetUpload upload, SpoutFile file, CancellationToken cancellation)
    {
        if (file.Change is not FileChange.Append)
            await upload.DeleteAsync(file.Path).ConfigureAwait(false);
        if (file.Change is FileChange.Delete)
            return 0;
        Stream content = await file.OpenAsync(cancellation).ConfigureAwait(false);
        await using (content.ConfigureAwait(false))
            return await upload.AddAsync(file.Path, content).ConfigureAwait(false);
    }

    [LoggerMessage(LogLevel.Warning,
        "The run of '{Source}' has {Bytes} after {Duration}: a kill starts all of it again. Let it yield less at a time.")]
    private partial void LogLargeRun(string source, string bytes, TimeSpan duration);
}
