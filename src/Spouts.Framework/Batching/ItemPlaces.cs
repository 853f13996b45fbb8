using System.Collections.Concurrent;

namespace Spouts.Batching;

/// <summary>The places that a spout's ledger has for ids of items, in equal shares for the sources that have any.</summary>
internal sealed class ItemPlaces
{
    /// <summary>How many there are: 64 kB, beside what a user keeps.</summary>
    public const int All = 4000;

    private readonly ConcurrentDictionary<string, bool> _sources = new(StringComparer.Ordinal);

    /// <summary>The share of a source.</summary>
    public int Share => All / Math.Max(1, _sources.Count);

    /// <summary>Counts a source in.</summary>
    public void Use(string source) => _sources.TryAdd(source, true);
}
