namespace Spouts.Local.Store;

/// <summary>Layers that a reader or writer is using.</summary>
internal sealed class LayerLease(LayerStore store, IReadOnlyList<long> layers) : IDisposable
{
    private bool _released;

    /// <summary>The layer of a lease of one.</summary>
    public long Layer => Layers.Single();

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<long> Layers { get; } = layers;

    public void Dispose()
    {
        if (_released)
            return;
        _released = true;
        store.Release(Layers);
    }
}
