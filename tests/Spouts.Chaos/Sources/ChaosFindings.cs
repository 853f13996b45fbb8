namespace Spouts.Chaos.Sources;

/// <summary>What was not as promised. Empty: exactly once.</summary>
public sealed class ChaosFindings
{
    /// <summary>Items of the source that are not in the repo.</summary>
    public List<string> Lost { get; } = [];

    /// <summary>Items that are in the repo more than once, batches that are in two commits, and what the source never had.</summary>
    public List<string> Doubled { get; } = [];

    /// <summary>Items that came in another order than the source has them.</summary>
    public List<string> Reordered { get; } = [];

    /// <summary>Items whose bytes differ.</summary>
    public List<string> Changed { get; } = [];

    /// <summary>Commits that nobody has finished.</summary>
    public List<string> Open { get; } = [];

    /// <summary>Commits whose ledger says something else than their content, or that leave a number out.</summary>
    public List<string> Ledger { get; } = [];

    /// <summary>Commits whose provenance is another version of the pipeline than that of the process that wrote them.</summary>
    public List<string> Provenance { get; } = [];

    public IEnumerable<(string Name, List<string> Found)> All =>
    [
        ("lost", Lost), ("doubled", Doubled), ("reordered", Reordered), ("changed", Changed), ("left open", Open),
        ("ledgers wrong", Ledger), ("provenances wrong", Provenance),
    ];

    public bool IsEmpty => All.All(kind => kind.Found.Count == 0);

    public override string ToString() => string.Join(", ", All.Select(kind => $"{kind.Found.Count} {kind.Name}"))
        + string.Concat(All.SelectMany(kind => kind.Found.Take(10).Select(found => $"\n  {kind.Name}: {found}")));
}
