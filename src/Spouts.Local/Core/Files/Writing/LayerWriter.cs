using Spouts.Local.Store;

namespace Spouts.Local.Core.Files;

/// <summary>
/// Writes what a stream says into a layer, in bounded batches while the stream is still coming in. Nobody sees the layer
/// until <see cref="FlushAsync"/> is followed by <see cref="LayerStore.Seal"/> in the transaction that gives it a name.
/// </summary>
/// <param name="baseLayers">What a directory delete is expanded against, beside the stream's own files.</param>
internal sealed class LayerWriter(Pachd pachd, Func<LayerLease?> baseLayers) : IAsyncDisposable
{
    public const string DefaultDatum = "default";
    private const int BatchFiles = 4000;
    private const int BatchParts = 16000;
    private readonly Dictionary<(string Path, string Datum), PendingFile> _pending = [];
    private readonly Pack _pack = new(pachd.Chunks);
    private readonly List<Hash> _copied = [];
    private PendingFile? _last;
    private int _parts;
    private LayerLease? _layer;

    public async ValueTask AddAsync(string path, string datum, ReadOnlyMemory<byte> data, CancellationToken cancellation)
    {
        PendingFile file = File(Paths.Clean(path), datum);
        file.Flags |= EntryFlags.Add;
        await _pack.AppendAsync(file, data);
        _parts += 1 + (data.Length / ChunkStore.BlockSize);
        await FlushIfFullAsync(cancellation);
    }

    /// <summary>A path with a trailing slash deletes everything below that directory.</summary>
    public async ValueTask DeleteAsync(string path, string datum, CancellationToken cancellation)
    {
        if (!Paths.IsDirectory(path))
        {
            Replace(Paths.Clean(path), datum);
            await FlushIfFullAsync(cancellation);
            return;
        }

        await FlushAsync(cancellation);
        using LayerLease? known = baseLayers();
        List<long> layers = [.. known?.Layers ?? []];
        if (_layer is { } own)
            layers.Add(own.Layer);
        // Read in slices: the deletes go into the very layer that is being read.
        FileQuery query = new() { Prefix = Paths.AsDirectory(path) };
        while (true)
        {
            List<FileEntry> slice = [.. FileTree.Files(pachd.Database, layers, query).Take(BatchFiles)];
            foreach (FileEntry file in slice)
                Replace(file.Path, datum);
            await FlushAsync(cancellation);
            if (slice.Count < BatchFiles)
                return;
            query = query with { Lower = slice[^1].Path + "\0" };
        }
    }

    /// <summary>Adds a file's content by reference.</summary>
    public async ValueTask CopyAsync(string path, string datum, FileEntry source, bool append, CancellationToken cancellation)
    {
        if (!append)
            Replace(path, datum);
        // Bytes that still wait in the pack come before the copied ones.
        await _pack.FlushAsync();
        PendingFile file = File(path, datum);
        file.Flags |= EntryFlags.Add;
        foreach (Part part in source.Parts)
        {
            file.Parts.Add(part);
            pachd.Chunks.Pin(part.Chunk);
            _copied.Add(part.Chunk);
            _parts++;
        }

        file.Size += source.Size;
        file.Length += source.Size;
        await FlushIfFullAsync(cancellation);
    }

    /// <summary>Writes out everything; answers the layer, or null when the stream said nothing.</summary>
    public async Task<long?> FlushAsync(CancellationToken cancellation)
    {
        await _pack.FlushAsync();
        if (_pending.Count == 0)
            return _layer?.Layer;
        _layer ??= await pachd.Layers.CreateAsync(cancellation);
        long layer = _layer.Layer;
        await pachd.Database.WriteAsync(
            tx =>
            {
                LayerStore.Append(tx, layer, _pending.Values.Select(file => file.ToEntry()), _pack.Written.Concat(_copied));
                return true;
            },
            cancellation);
        _pending.Clear();
        pachd.Chunks.Unpin(_copied);
        _copied.Clear();
        _pack.Forget();
        _parts = 0;
        return layer;
    }

    /// <summary>Lets go of what was written. What nobody has named by then is left to the next passes of <see cref="Garbage"/>.</summary>
    public async ValueTask DisposeAsync()
    {
        await _pack.DisposeAsync();
        pachd.Chunks.Unpin(_copied);
        _layer?.Dispose();
    }

    private ValueTask FlushIfFullAsync(CancellationToken cancellation)
        => _pending.Count < BatchFiles && _parts < BatchParts ? ValueTask.CompletedTask : new ValueTask(FlushAsync(cancellation));

    private PendingFile File(string path, string datum)
    {
        datum = datum.Length == 0 ? DefaultDatum : datum;
        if (_last is { } last && last.Path == path && last.Datum == datum && _pending.ContainsKey((path, datum)))
            return last;
        if (!_pending.TryGetValue((path, datum), out PendingFile? file))
        {
            file = new PendingFile(path, datum);
            // A file that goes on over a batch keeps its blocks where they were.
            if (_last is { } before && before.Path == path && before.Datum == datum)
                file.Length = before.Length;
            _pending[(path, datum)] = file;
        }

        return _last = file;
    }

    private void Replace(string path, string datum)
    {
        datum = datum.Length == 0 ? DefaultDatum : datum;
        _last = _pending[(path, datum)] = new PendingFile(path, datum) { Flags = EntryFlags.Delete };
    }
}
