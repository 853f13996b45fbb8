using Spouts.Local.Store;

namespace Spouts.Local.Core.Files;

/// <summary>
/// Keeps the layers of a commit few: four neighbours of one size class become one of the next, so that an entry is
/// rewritten once per class and n commits leave O(log n) layers.
/// </summary>
internal sealed class Compaction(Pachd pachd)
{
    private const int Fan = 4;
    private const int BatchEntries = 4000;

    /// <summary>How many entries each layer has.</summary>
    public List<long> Entries(List<long> layers)
        => pachd.Read(tx => layers.ConvertAll(layer => tx.Scalar<long>("SELECT entries FROM layer WHERE id = @layer", new { layer })));

    /// <summary>
    /// Merges the newest layers of a list as far as their sizes call for it, and together they have at most
    /// <paramref name="limit"/> entries: a commit's finish is not the place for a large merge.
    /// </summary>
    public async Task<LayerLease> TierAsync(List<long> layers, long limit, CancellationToken cancellation)
    {
        List<long> entries = Entries(layers);
        int small = layers.Count;
        for (long sum = 0; small > 0 && (sum += entries[small - 1]) <= limit;)
            small--;
        int from = small + MergeFrom(entries[small..]);
        if (from == layers.Count)
            return pachd.Layers.Lease(layers);
        using LayerLease merged = await MergeAsync(layers[from..], dropDeletes: from == 0, cancellation);
        return pachd.Layers.Lease([.. layers[..from], merged.Layer]);
    }

    /// <summary>The first of the layers that are to become one; their number if none are.</summary>
    public static int MergeFrom(IReadOnlyList<long> entries)
    {
        List<long> sizes = [.. entries];
        while (true)
        {
            int from = sizes.Count;
            while (from > 0 && Class(sizes[from - 1]) <= Class(sizes[^1]))
                from--;
            if (sizes.Count - from < Fan)
                return sizes.Count == entries.Count ? entries.Count : sizes.Count - 1;
            long sum = sizes.Skip(from).Sum();
            sizes.RemoveRange(from, sizes.Count - from);
            sizes.Add(sum);
        }
    }

    /// <summary>Merges layers into a new sealed one.</summary>
    /// <param name="dropDeletes">Nothing lies below: what is deleted need not be remembered.</param>
    public async Task<LayerLease> MergeAsync(IReadOnlyList<long> layers, bool dropDeletes, CancellationToken cancellation)
    {
        LayerLease merged = await pachd.Layers.CreateAsync(cancellation);
        try
        {
            await FillAsync(merged.Layer, layers, dropDeletes, cancellation);
            return merged;
        }
        catch
        {
            merged.Dispose();
            throw;
        }
    }

    private async Task FillAsync(long merged, IReadOnlyList<long> layers, bool dropDeletes, CancellationToken cancellation)
    {
        MergeCursor cursor = new(pachd.Database, layers);
        List<Entry> batch = [];
        for (bool more = cursor.Seek(""); more; more = cursor.Next())
        {
            if (Merge(cursor.Group, dropDeletes) is { } entry)
                batch.Add(entry);
            if (batch.Count == BatchEntries)
                await WriteAsync(merged, batch, cancellation);
        }

        await WriteAsync(merged, batch, cancellation);
        await pachd.Database.WriteAsync(
            tx =>
            {
                LayerStore.Seal(tx, merged);
                return true;
            },
            cancellation);
    }

    private static Entry? Merge(IReadOnlyList<LayerEntry> group, bool dropDeletes)
    {
        FileEntry? file = FileEntry.Merge(group);
        bool deleted = !dropDeletes && group.Any(entry => entry.Entry.Flags.HasFlag(EntryFlags.Delete));
        EntryFlags flags = (deleted ? EntryFlags.Delete : 0) | (file is null ? 0 : EntryFlags.Add);
        if (flags == 0)
            return null;
        Entry any = group[0].Entry;
        return new Entry(any.Path, any.Datum, flags, file?.Size ?? 0, file is null ? [] : [.. file.Encoded.SelectMany(part => part)]);
    }

    private async Task WriteAsync(long layer, List<Entry> batch, CancellationToken cancellation)
    {
        HashSet<Hash> chunks = [.. batch.SelectMany(entry => Part.DecodeAll(entry.Parts)).Select(part => part.Chunk)];
        await pachd.Database.WriteAsync(
            tx =>
            {
                LayerStore.Append(tx, layer, batch, chunks);
                return true;
            },
            cancellation);
        batch.Clear();
    }

    private static int Class(long entries)
    {
        int size = 0;
        for (long left = entries; left >= Fan; left /= Fan)
            size++;
        return size;
    }
}
