namespace Spouts.Local.Pods;

/// <summary>A variable of a container.</summary>
internal sealed record PodVariable(string Name, string Value);
