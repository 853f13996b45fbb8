using Microsoft.Extensions.Logging;
using Spouts.Batching;
using Spouts.Files;
using Spouts.Hosting;
using Spouts.Ledgers;
using Spouts.Pachyderm;
using Spouts.Publishing;
using Spouts.Sources;

namespace Spouts.Scheduling;

/// <summary>
/// Runs a source once, from the cursor that counts, and tells what it would commit. It opens and closes nothing: beside a worker
/// that is at work it does no harm. Items of a queue are given back.
/// </summary>
internal sealed partial class Rehearsal(
    string spout,
    SourceRegistration source,
    IServiceProvider services,
    OutputRepo repo,
    Recovery recovery,
    IRehearsalObserver observer,
    TimeProvider time,
    ILogger<Rehearsal> logger)
{
    private const string Reason = "it was a dry run";

    // What is given back when the run is over: an item that came back at once would be taken again.
    private readonly List<SpoutFile> _taken = [];

    public async Task RunAsync(CancellationToken cancellation)
    {
        Recovered found = await recovery.PeekAsync(cancellation).ConfigureAwait(false);
        SourceEntry entry = found.Ledger.Entry(source.Key);
        SourceRun run = new(source.Name, entry, new SpoutContext(spout, new StoredFiles(repo, found.Head)), time.GetUtcNow());
        BatchLimits? limits = source.Trigger is StreamTrigger ? BatchLimits.ForStream(source.Batch) : null;
        using CancellationTokenSource over = new(limits?.Period ?? Timeout.InfiniteTimeSpan, time);
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(cancellation, over.Token);
        SourceEntry last = entry;
        HashSet<string> known = new(entry.Items, StringComparer.Ordinal);
        RunPlaces places = new(run.Cursors);
        try
        {
            int files = 0;
            await foreach (SpoutFile file in source.Run(services, run, end.Token).WithCancellation(end.Token).ConfigureAwait(false))
            {
                _taken.Add(file);
                places.Take(file);
                if (file.Item is { } item && !known.Add(item))
                    continue;
                await TellAsync(file, end.Token).ConfigureAwait(false);
                last = run.Entry();
                if (++files >= limits?.Files)
                    break;
            }

            last = limits is null ? run.Entry() : last;
        }
        catch (Exception) when (over.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            // An endless source: what has come until its first batch would have been cut is enough.
        }
        catch (Exception failed) when (failed is not (SpoutConfigurationException or PachydermException) && !cancellation.IsCancellationRequested)
        {
            throw new SourceFailedException(source.Name, failed);
        }
        finally
        {
            await GiveBackAsync().ConfigureAwait(false);
        }

        observer.OnEnd(spout, source.Name, last);
    }

    private async Task TellAsync(SpoutFile file, CancellationToken cancellation)
    {
        long bytes = 0;
        if (file.Change is not FileChange.Delete)
        {
            Stream content = await file.OpenAsync(cancellation).ConfigureAwait(false);
            await using (content.ConfigureAwait(false))
            {
                byte[] buffer = new byte[64 * 1024];
                for (int read; (read = await content.ReadAsync(buffer, cancellation).ConfigureAwait(false)) > 0;)
                    bytes += read;
            }
        }

        observer.OnFile(spout, source.Name, file.Path, file.Change, bytes);
    }

    private async Task GiveBackAsync()
    {
        foreach (SpoutFile file in _taken)
        {
            try
            {
                if (file.Abandoned is { } abandoned)
                    await abandoned(new(file.Path, Reason), CancellationToken.None).ConfigureAwait(false);
            }
            catch (Exception failed)
            {
                LogNotGivenBack(failed, spout, source.Name, file.Path);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "Giving {Path} of {Spout}/{Source} back to its source failed.")]
    private partial void LogNotGivenBack(Exception failed, string spout, string source, string path);
}
