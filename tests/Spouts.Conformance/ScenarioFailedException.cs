namespace Spouts.Conformance;

/// <summary>A step was not answered as recorded.</summary>
public sealed class ScenarioFailedException(string message) : Exception(message);
