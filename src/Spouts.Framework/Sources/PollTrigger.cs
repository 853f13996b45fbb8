namespace Spouts.Hosting;

/// <summary>Runs a source at once, and then again and again (<see cref="PollAttribute"/>).</summary>
/// <param name="Interval">The time between the end of a run and the start of the next one.</param>
public sealed record PollTrigger(TimeSpan Interval) : SourceTrigger;
