using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Spouts.Local.Store;

namespace Spouts.Local.Core.Files;

/// <summary>
/// Merges large layers after the finish that made them due, one merge at a time, and puts the result in the place of its
/// layers in every commit that shows them. Readers under way keep what they hold.
/// </summary>
internal sealed partial class LargeMerges : IDisposable
{
    private readonly Pachd _pachd;
    private readonly Compaction _compaction;
    private readonly CancellationTokenSource _stop = new();
    private readonly Channel<long> _offers = Channel.CreateUnbounded<long>();
    private readonly Task _running;

    public LargeMerges(Pachd pachd)
    {
        _pachd = pachd;
        _compaction = new Compaction(pachd);
        _running = Task.Run(RunAsync);
    }

    public ILogger? Log { get; set; }

    /// <summary>A commit has been finished; its layers may be worth a merge.</summary>
    public void Offer(long commit) => _offers.Writer.TryWrite(commit);

    /// <summary>Merges what one commit's layers call for.</summary>
    public async Task MergeAsync(long commit)
    {
        List<long> layers = _pachd.Read(tx => tx.Total(commit));
        int from = Compaction.MergeFrom(_compaction.Entries(layers));
        if (from == layers.Count)
            return;
        using LayerLease lease = _pachd.Layers.Lease(layers);
        List<long> run = layers[from..];
        using LayerLease merged = await _compaction.MergeAsync(run, dropDeletes: from == 0, _stop.Token);
        await _pachd.ChangeAsync(
            false,
            change =>
            {
                Swap(change.Tx, run, merged.Layer, onlyAtTheBottom: from == 0);
                return true;
            },
            CancellationToken.None);
    }

    public void Dispose()
    {
        _stop.Cancel();
        _offers.Writer.Complete();
        _running.Wait();
        _stop.Dispose();
    }

    /// <param name="onlyAtTheBottom">The merged layer has forgotten what was deleted: nothing may lie below it.</param>
    private static void Swap(Tx tx, List<long> run, long merged, bool onlyAtTheBottom)
    {
        foreach (long commit in tx.List<long>("SELECT commit_id FROM commit_total WHERE layer = @last", new { last = run[^1] }))
        {
            List<long> total = tx.Total(commit);
            int at = total.IndexOf(run[0]);
            if (at < 0 || (onlyAtTheBottom && at > 0) || !total.Skip(at).Take(run.Count).SequenceEqual(run))
                continue;
            tx.SetTotal(commit, [.. total[..at], merged, .. total[(at + run.Count)..]]);
        }
    }

    private async Task RunAsync()
    {
        await foreach (long commit in _offers.Reader.ReadAllAsync())
        {
            try
            {
                _stop.Token.ThrowIfCancellationRequested();
                await MergeAsync(commit);
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (Log is not null)
            {
                // The layers stay as they are, and the next commit calls for the merge again.
                Failed(Log, commit, e);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The layers of commit {Commit} could not be merged.")]
    private static partial void Failed(ILogger log, long commit, Exception exception);
}
