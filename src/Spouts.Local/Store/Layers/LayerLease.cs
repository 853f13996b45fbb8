namespace Spouts.Local.Store;

/// <summary>Layers that a reader is using.</summary>
internal sealed class LayerLease(LayerStore store, IReadOnlyList<long> layers) : IDisposable
{
    private bool _released;

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
