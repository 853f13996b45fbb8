using Microsoft.Extensions.Logging;
using Spouts.Local.Store;

namespace Spouts.Local.Core.Files;

/// <summary>
/// Collects expired file sets, layers that nothing names and nobody reads or writes, and chunks that no layer names. A layer or chunk goes only when
/// two passes in a row have found it unused, so that what a reader has just looked up cannot vanish before it is leased.
/// </summary>
/// <param name="interval">From pass to pass.</param>
internal sealed partial class Garbage(Pachd pachd, TimeSpan interval, ILogger log)
{
    private HashSet<long> _layers = [];
    private HashSet<Hash> _chunks = [];

    // Chunks become unnamed only when layers go, or when their writer does before he has named them.
    private int _sweepsDue = 2;

    /// <summary>Layers of streams that died with the process that read them.</summary>
    public static void DeleteUnsealed(Tx tx)
    {
        foreach (long layer in tx.List<long>("SELECT id FROM layer WHERE sealed = 0"))
            LayerStore.Delete(tx, layer);
    }

    public async Task RunAsync()
    {
        using PeriodicTimer timer = new(interval, pachd.Time);
        while (await timer.WaitForNextTickAsync())
        {
            try
            {
                await CollectAsync();
            }
            catch (Exception e)
            {
                Failed(log, e);
            }
        }
    }

    /// <summary>One pass.</summary>
    public async Task CollectAsync()
    {
        await pachd.ChangeAsync(
            false, change => change.Tx.DeleteExpiredFileSets(change.Now), CancellationToken.None);
        HashSet<long> unused = [.. pachd.Read(Unused)];
        // Looked at again inside the transaction: a compose may have named one meanwhile. Unsealed, nobody can name it again.
        List<long> doomed = await pachd.ChangeAsync(
            false,
            change =>
            {
                List<long> still = [.. Unused(change.Tx).Where(layer => _layers.Contains(layer) && !pachd.Layers.IsLeased(layer))];
                foreach (long layer in still)
                    change.Tx.Execute("UPDATE layer SET sealed = 0 WHERE id = @layer", new { layer });
                return still;
            },
            CancellationToken.None);
        foreach (long layer in doomed)
        {
            _sweepsDue = 2;
            await pachd.Layers.DeleteAsync(layer);
        }

        _layers = unused;
        if (pachd.Chunks.TakeAbandoned())
            _sweepsDue = 2;
        if (_sweepsDue > 0)
        {
            _sweepsDue--;
            await SweepChunksAsync();
        }
    }

    private async Task SweepChunksAsync()
    {
        HashSet<Hash> unnamed = [.. pachd.Read(tx => pachd.Chunks.All().Where(chunk => !Named(tx, chunk)).ToList())];
        foreach (Hash chunk in unnamed.Where(_chunks.Contains))
        {
            // In the write transaction, so that no writer can name the chunk while its file goes.
            await pachd.ChangeAsync(false, change => !Named(change.Tx, chunk) && pachd.Chunks.Delete(chunk), CancellationToken.None);
        }

        _chunks = unnamed;
    }

    private static bool Named(Tx tx, Hash chunk)
        => tx.Scalar<bool>("SELECT EXISTS (SELECT 1 FROM layer_chunk WHERE chunk = @chunk)", new { chunk = chunk.ToArray() });

    private static List<long> Unused(Tx tx)
        => tx.List<long>(
            """
            SELECT id FROM layer l WHERE NOT EXISTS (SELECT 1 FROM commit_diff d WHERE d.layer = l.id)
              AND NOT EXISTS (SELECT 1 FROM commit_total t WHERE t.layer = l.id)
              AND NOT EXISTS (SELECT 1 FROM file_set_layer f WHERE f.layer = l.id)
            """);

    [LoggerMessage(Level = LogLevel.Error, Message = "Collecting garbage failed; the next pass tries again.")]
    private static partial void Failed(ILogger log, Exception exception);
}
