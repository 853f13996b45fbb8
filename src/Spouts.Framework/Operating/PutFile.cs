using Microsoft.Extensions.Logging;
using Spouts.Batching;
using Spouts.Commands;
using Spouts.Ledgers;
using Spouts.Pachyderm;
using Spouts.Publishing;
using Spouts.Scheduling;

namespace Spouts.Operating;

/// <summary>
/// Publishes files as one batch, for spouts that are shell scripts: all of them in one commit or none, fenced, and confirmed before it
/// answers. In the ledger it is a source of its own.
/// </summary>
internal sealed partial class PutFile(WorkerEnvironment worker, string outputBranch, ICommitObserver observer, TimeProvider time, ILoggerFactory logs)
{
    /// <summary>What makes its batches smaller: a shell script has no annotations.</summary>
    public const string SmallerBy = "Put less at a time, in several calls of put file";

    private static readonly SourceKey Source = SourceKey.PutFile;

    private readonly ILogger _logger = logs.CreateLogger<PutFile>();

    /// <summary>Publishes.</summary>
    /// <param name="files">The files.</param>
    /// <param name="options">What was asked for.</param>
    /// <param name="cancellation">Ends it between two calls.</param>
    /// <exception cref="SupersededException">Somebody else has published meanwhile, and nothing of this one is there.</exception>
    public async Task RunAsync(IAsyncEnumerable<SpoutFile> files, PutFileOptions options, CancellationToken cancellation)
    {
        using PachydermChannel channel = new(worker.Sidecar, worker.Token);
        OutputRepo repo = new(channel.Invoker, worker.Project, worker.Pipeline, outputBranch, time, logs.CreateLogger<OutputRepo>());
        using Publisher publisher = new(repo, worker.SpecCommit, new(repo, logs), collisions: null, time, logs);
        SourceEntry from = (await publisher.PositionAsync(cancellation).ConfigureAwait(false)).Ledger.Entry(Source);
        SourceEntry to = options.Cursor is { } cursor ? from.WithOnly(cursor) : from;
        RunStager stager = new(repo, files, time, logs.CreateLogger<RunStager>(), cancellation, cancellation)
        {
            Source = Source,
            Base = from,
            Entry = _ => to,
            Known = new([]),
            SmallerBy = SmallerBy,
            Unreadable = new(limit: null),
        };
        await using (stager.ConfigureAwait(false))
        {
            StagedBatch? batch = await stager.NextAsync().ConfigureAwait(false);
            if (batch is null && to == from)
            {
                LogNothing(repo.BranchName);
                return;
            }

            PublishResult result = batch is null
                ? await publisher.SaveAsync(Source, from, to, cancellation).ConfigureAwait(false)
                : await PublishAsync(publisher, batch, cancellation).ConfigureAwait(false);
            if (result is not PublishResult.Committed committed)
            {
                throw new SupersededException(ExitCodes.Fenced,
                    $"Something else was published to {repo.BranchName} while this was uploaded, and nothing of this was. Run it again.");
            }

            observer.OnCommitted(worker.Pipeline, committed.CommitId, committed.Ledger, committed.Ledger.Entry(Source));
        }
    }

    private static async Task<PublishResult> PublishAsync(Publisher publisher, StagedBatch batch, CancellationToken cancellation)
    {
        await using (batch.ConfigureAwait(false))
            return await publisher.PublishAsync(batch, cancellation).ConfigureAwait(false);
    }

    [LoggerMessage(LogLevel.Information, "There is no file to put; nothing was committed to {Branch}.")]
    private partial void LogNothing(string branch);
}
