using Microsoft.Extensions.Logging;

namespace Spouts.Local.Cli;

/// <summary>What the command line asked for.</summary>
/// <param name="RunsWorkers">Spouts' commands are run as child processes.</param>
/// <param name="Images">The directories that stand for images.</param>
internal sealed record StartOptions(
    string State,
    int? Port,
    int? SidecarPort,
    bool WideSidecars,
    bool UntilStdinCloses,
    bool RunsWorkers,
    IReadOnlyDictionary<string, string> Images,
    LogLevel LogLevel);
