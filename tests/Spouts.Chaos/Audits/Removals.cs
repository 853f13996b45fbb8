namespace Spouts.Chaos.Audits;

/// <summary>Commits that an administrator has taken away, or whose description he has.</summary>
internal sealed class Removals
{
    /// <summary>Squashed commits, and the number of the batch that each had, 0 where it had none.</summary>
    public Dictionary<string, long> Squashed { get; } = new(StringComparer.Ordinal);

    public HashSet<string> Dropped { get; } = new(StringComparer.Ordinal);

    /// <summary>What commits were opened with that were finished with a message.</summary>
    public Dictionary<string, string> Relabelled { get; } = new(StringComparer.Ordinal);

    public bool Contains(string commit) => Squashed.ContainsKey(commit) || Dropped.Contains(commit);
}
