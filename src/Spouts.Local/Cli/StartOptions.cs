using System.Net;
using Microsoft.Extensions.Logging;

namespace Spouts.Local.Cli;

/// <summary>What the command line asked for.</summary>
/// <param name="Listen">Where the cluster door listens; the sidecar doors never leave loopback.</param>
/// <param name="MayBeInUse">Nothing is wrong where another process has the store open.</param>
/// <param name="RunsWorkers">Spouts' commands are run as child processes.</param>
/// <param name="Images">The directories that stand for images.</param>
/// <param name="CollectEvery">From one collection of garbage to the next.</param>
internal sealed record StartOptions(
    string State,
    int? Port,
    IPAddress Listen,
    int? SidecarPort,
    bool WideSidecars,
    bool UntilStdinCloses,
    bool MayBeInUse,
    bool RunsWorkers,
    IReadOnlyDictionary<string, string> Images,
    TimeSpan CollectEvery,
    LogLevel LogLevel);
