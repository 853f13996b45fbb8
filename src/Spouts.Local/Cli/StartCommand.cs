using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using Microsoft.Extensions.Logging;

namespace Spouts.Local.Cli;

/// <summary><c>spouts-local start</c>.</summary>
internal static class StartCommand
{
    private const string Run = "run";
    private const string Attach = "attach";

    public static Command Create()
    {
        Option<DirectoryInfo> state = new("--state") { Description = "The directory that holds the store; created when missing.", Required = true };
        Option<int> port = new("--port") { Description = "The cluster door's port. Default: the one used last time if it is free, else a free one." };
        Option<IPAddress> listen = new("--listen")
        {
            Description = "The cluster door's address. Beyond loopback auth has to be on. Default: 127.0.0.1.",
            CustomParser = ParseAddress,
            DefaultValueFactory = _ => IPAddress.Loopback,
        };
        Option<string> workers = new("--workers")
        {
            Description = $"'{Run}': spouts' commands are run as child processes. '{Attach}': a program has to attach. Default: '{Run}'; '{Attach}' with --sidecar-port, and with --listen beyond loopback.",
        };
        workers.AcceptOnlyFromAmong(Run, Attach);
        Option<string[]> images = new("--image") { Description = "NAME=DIR: the directory stands for the image; may be repeated." };
        images.Validators.Add(CheckImages);
        Option<int> sidecarPort = new("--sidecar-port") { Description = "Opens one more sidecar door on this port (0: a free one), which belongs to no pipeline. For tests." };
        Option<bool> wide = new("--wide-sidecars") { Description = "Serves admin and version at sidecar doors too, which a real sidecar does not. For tests." };
        Option<bool> stdin = new("--until-stdin-closes") { Description = "Exits when stdin ends: a child that goes with its parent." };
        Option<bool> used = new("--may-be-in-use") { Description = "Says nothing where another process has the store open: its caller connects to that one." };
        Option<int> collect = new("--collect-every") { Description = "Seconds between two collections of what has expired and what nothing names.", DefaultValueFactory = _ => 60 };
        collect.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 1)
                result.AddError("--collect-every wants a number of seconds, at least 1.");
        });
        Option<bool> verbose = new("--verbose") { Description = "Logs more than warnings." };
        Command start = new("start", "Starts the local pachd and prints one line of JSON with its address and pid.")
        {
            state, port, listen, workers, images, sidecarPort, wide, stdin, used, collect, verbose,
        };
        start.Validators.Add(result =>
        {
            if (OperatingSystem.IsWindows() && result.GetValue(workers) == Run)
                result.AddError("--workers run needs process groups, which Windows does not have: let a program attach instead.");
        });
        start.SetAction((result, _) => LocalProcess.RunAsync(new StartOptions(
            result.GetRequiredValue(state).FullName,
            result.GetResult(port) is null ? null : result.GetValue(port),
            result.GetRequiredValue(listen),
            result.GetResult(sidecarPort) is null ? null : result.GetValue(sidecarPort),
            result.GetValue(wide),
            result.GetValue(stdin),
            result.GetValue(used),
            RunsWorkers(result.GetValue(workers), result.GetRequiredValue(listen), result.GetResult(sidecarPort) is not null),
            (result.GetValue(images) ?? []).Select(Split).ToDictionary(image => image.Name, image => image.Directory),
            TimeSpan.FromSeconds(result.GetValue(collect)),
            result.GetValue(verbose) ? LogLevel.Information : LogLevel.Warning)));
        return start;
    }

    /// <summary>
    /// What to do about workers if nobody says. Whoever asks for a sidecar door of his own means to be the worker; and that others
    /// on the network can run commands on this machine has to be somebody's wish.
    /// </summary>
    internal static bool RunsWorkers(string? asked, IPAddress listen, bool sidecarDoor)
        => asked is null ? !sidecarDoor && IPAddress.IsLoopback(listen) && !OperatingSystem.IsWindows() : asked == Run;

    private static IPAddress? ParseAddress(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (IPAddress.TryParse(text, out IPAddress? address))
            return address;
        result.AddError($"--listen wants an IP address such as 0.0.0.0, not \"{text}\".");
        return null;
    }

    private static void CheckImages(OptionResult result)
    {
        HashSet<string> seen = [];
        foreach ((string name, string directory) in result.Tokens.Select(token => Split(token.Value)))
        {
            if (name.Length == 0 || !Directory.Exists(directory))
                result.AddError($"--image wants NAME=DIR with a directory that is there, not \"{name}={directory}\".");
            else if (!seen.Add(name))
                result.AddError($"--image names {name} twice.");
        }
    }

    private static (string Name, string Directory) Split(string image)
    {
        int equals = image.IndexOf('=');
        return equals < 0 ? ("", image) : (image[..equals], Path.GetFullPath(image[(equals + 1)..], Environment.CurrentDirectory));
    }
}
