namespace Spouts.Scheduling;

/// <summary>
/// A run was cancelled and its source goes on: it cannot run again beside itself. Ends the process, and the run with it.
/// </summary>
internal sealed class StuckSourceException(string source, TimeSpan grace)
    : Exception($"The source '{source}' went on for {grace.TotalSeconds:0} s after its run was cancelled. Pass its CancellationToken to every call that waits.");
