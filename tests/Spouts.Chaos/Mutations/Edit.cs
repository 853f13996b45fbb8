namespace Spouts.Chaos.Mutations;

/// <summary>A change of one file.</summary>
/// <param name="File">The file, below <c>src/Spouts.Framework</c>.</param>
/// <param name="Old">What it says there, once.</param>
/// <param name="New">What it says instead.</param>
internal sealed record Edit(string File, string Old, string New)
{
    /// <summary>The source with the change.</summary>
    /// <exception cref="InvalidOperationException">The source does not say it, or more than once.</exception>
    public string Apply(string source) => source.Split(Old) is [string before, string after]
        ? before + New + after
        : throw new InvalidOperationException($"{File} does not say exactly once, so that no mutation can change it: {Old}");
}
