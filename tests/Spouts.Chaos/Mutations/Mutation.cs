namespace Spouts.Chaos.Mutations;

/// <summary>A step of the framework that protects from a fault, taken out of its source.</summary>
/// <param name="Fault">The class of faults that it protects from.</param>
/// <param name="Without">What is taken out.</param>
/// <param name="Test">The test that has to fail.</param>
/// <param name="Edits">How; several where one step stands behind another.</param>
internal sealed record Mutation(string Fault, string Without, string Test, params IReadOnlyList<Edit> Edits);
