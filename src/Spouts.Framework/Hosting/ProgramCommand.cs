using System.CommandLine;

namespace Spouts.Hosting;

/// <summary>The command line of every spout program.</summary>
internal static class ProgramCommand
{
    /// <summary>Parses the arguments and runs what they ask for.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> InvokeAsync(string[] args, Func<ProgramOptions, CancellationToken, Task<int>> run)
    {
        Option<bool> json = new("--json") { Description = "Print one JSON object a line, for machines.", Recursive = true };
        Option<string?> context = new("--context")
        {
            Description = "A context of the pachctl config, to look at a cluster; only its workers may write there.",
            HelpName = "name",
            Recursive = true,
        };
        RootCommand root = new("A Pachyderm spout: brings data in as commits of its own repo, exactly once.") { json, context };
        (Command Command, Verb Verb)[] verbs =
        [
            (new("run", "Run the sources again and again (the default)."), Verb.Run),
            (new("once", "Run each source once, then end."), Verb.Once),
            (new("dry-run", "Run each source once, from its cursor, and print what it would commit; nothing is committed."), Verb.DryRun),
            (new("spec", "Print the pipeline specs, as pachctl create pipeline -f - takes them."), Verb.Spec),
        ];
        foreach ((Command command, _) in verbs)
            root.Add(command);
        foreach ((Command command, Verb verb) in verbs.Prepend((root, Verb.Run)))
        {
            command.SetAction((parsed, cancellation) =>
                run(new(verb, parsed.GetValue(json), parsed.GetValue(context)), cancellation));
        }

        ParseResult result = root.Parse(args);
        if (result.Errors.Count > 0)
        {
            foreach (string error in result.Errors.Select(e => e.Message))
                await Console.Error.WriteLineAsync(error).ConfigureAwait(false);
            await Console.Error.WriteLineAsync("See --help.").ConfigureAwait(false);
            return ExitCodes.Configuration;
        }

        return await result.InvokeAsync(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null })
            .ConfigureAwait(false);
    }
}
