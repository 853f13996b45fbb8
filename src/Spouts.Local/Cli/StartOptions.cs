using Microsoft.Extensions.Logging;

namespace Spouts.Local.Cli;

/// <summary>What the command line asked for.</summary>
internal sealed record StartOptions(string State, int? Port, int? SidecarPort, bool WideSidecars, bool UntilStdinCloses, LogLevel LogLevel);
