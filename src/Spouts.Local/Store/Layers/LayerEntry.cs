namespace Spouts.Local.Store;

/// <summary>An entry and the position of its layer in the list being merged.</summary>
internal readonly record struct LayerEntry(int Layer, Entry Entry);
