namespace Spouts.Hosting;

/// <summary>Runs an endless source, and again whenever it ended (<see cref="StreamAttribute"/>).</summary>
public sealed record StreamTrigger : SourceTrigger;
