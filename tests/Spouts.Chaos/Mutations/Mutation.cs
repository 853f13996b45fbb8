namespace Spouts.Chaos.Mutations;

/// <summary>A step of the framework that protects from a fault, taken out of its source.</summary>
/// <param name="Fault">The class of faults that it protects from.</param>
/// <param name="Without">What is taken out.</param>
/// <param name="File">The file, below <c>src/Spouts.Framework</c>.</param>
/// <param name="Old">What it says there, once.</param>
/// <param name="New">What it says instead.</param>
/// <param name="Test">The test that has to fail.</param>
internal sealed record Mutation(string Fault, string Without, string File, string Old, string New, string Test)
{
    /// <summary>The source with the step taken out.</summary>
    /// <exception cref="InvalidOperationException">The source does not say it, or more than once.</exception>
    public string Apply(string source) => source.Split(Old) is [string before, string after]
        ? before + New + after
        : throw new InvalidOperationException($"{File} does not say this exactly once, so that '{Without}' cannot be taken out of it: {Old}");
}
