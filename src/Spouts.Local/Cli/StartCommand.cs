using System.CommandLine;
using Microsoft.Extensions.Logging;

namespace Spouts.Local.Cli;

/// <summary><c>spouts-local start</c>.</summary>
internal static class StartCommand
{
    public static Command Create()
    {
        Option<DirectoryInfo> state = new("--state") { Description = "The directory that holds the store; created when missing.", Required = true };
        Option<int> port = new("--port") { Description = "The cluster door's port on 127.0.0.1. Default: the one used last time if it is free, else a free one." };
        Option<int> sidecarPort = new("--sidecar-port") { Description = "Opens one more sidecar door on this port (0: a free one), which belongs to no pipeline. For tests." };
        Option<bool> wide = new("--wide-sidecars") { Description = "Serves admin and version at sidecar doors too, which a real sidecar does not. For tests." };
        Option<bool> stdin = new("--until-stdin-closes") { Description = "Exits when stdin ends: a child that goes with its parent." };
        Option<bool> verbose = new("--verbose") { Description = "Logs more than warnings." };
        Command start = new("start", "Starts the local pachd and prints one line of JSON with its address and pid.")
        {
            state, port, sidecarPort, wide, stdin, verbose,
        };
        start.SetAction((result, _) => LocalProcess.RunAsync(new StartOptions(
            result.GetRequiredValue(state).FullName,
            result.GetResult(port) is null ? null : result.GetValue(port),
            result.GetResult(sidecarPort) is null ? null : result.GetValue(sidecarPort),
            result.GetValue(wide),
            result.GetValue(stdin),
            result.GetValue(verbose) ? LogLevel.Information : LogLevel.Warning)));
        return start;
    }
}
