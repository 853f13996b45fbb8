using System.CommandLine;
using Spouts.Commands;

namespace Spouts.Hosting;

/// <summary>The command line of every spout program.</summary>
internal static class ProgramCommand
{
    private static readonly Option<bool> Json = new("--json") { Description = "Print one JSON object a line, for machines.", Recursive = true };

    private static readonly Option<string?> Context = new("--context")
    {
        Description = "A context of the pachctl config: the cluster to look at with dry-run, state, schedule and doctor. PACHD_ADDRESS does the same with an address.",
        HelpName = "name",
        Recursive = true,
    };

    private static readonly Option<string?> Spout = new("--spout")
    {
        Description = "The spout that is meant, where the program has several.",
        HelpName = "name",
        Recursive = true,
    };

    /// <summary>Parses the arguments and runs what they ask for.</summary>
    /// <param name="name">The name that the program was called by: as <c>pachctl</c> it only puts files.</param>
    /// <param name="args">The arguments.</param>
    /// <param name="run">Runs it.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> InvokeAsync(string name, string[] args, Func<ProgramOptions, CancellationToken, Task<int>> run)
    {
        ParseResult result = (name == PutCommand.Pachctl ? Pachctl(run) : Root(run)).Parse(args);
        string[] missing = [.. Missing(result)];
        if (result.Errors.Count > 0)
        {
            foreach (string error in missing.Length > 0 ? missing : result.Errors.Select(e => e.Message))
                await Console.Error.WriteLineAsync(error).ConfigureAwait(false);
            await Console.Error.WriteLineAsync("See --help.").ConfigureAwait(false);
            return ExitCodes.Configuration;
        }

        return await result.InvokeAsync(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null })
            .ConfigureAwait(false);
    }

    // The parser says only that one is missing, and not which.
    private static IEnumerable<string> Missing(ParseResult result)
    {
        Command command = result.CommandResult.Command;
        return command.Arguments
            .Where(argument => argument.Arity.MinimumNumberOfValues > 0 && result.GetResult(argument) is not { Tokens.Count: > 0 })
            .Select(argument => $"{command.Name} needs <{argument.Name}>, which is missing. {argument.Description}");
    }

    /// <summary>What was asked for, of the options that every verb has.</summary>
    public static ProgramOptions Options(Verb verb, ParseResult parsed) =>
        new(verb, parsed.GetValue(Json), parsed.GetValue(Context)) { Spout = parsed.GetValue(Spout) };

    private static RootCommand Root(Func<ProgramOptions, CancellationToken, Task<int>> run)
    {
        RootCommand root = new(
            """
            A Pachyderm spout: brings data in as commits of its own repo, exactly once.
            Without a verb it runs: on a laptop against a local pachd that it starts, in a worker of Pachyderm's against its sidecar.
            docs/verbs.md of Spouts explains each verb, docs/exit-codes.md how it may end.
            """)
        {
            Json, Context, Spout,
        };
        (Command Command, Verb Verb)[] verbs =
        [
            (new("run", "Run the sources again and again (the default).\nExample: dotnet run"), Verb.Run),
            (new("once", "Run each source once, then end.\nExample: dotnet run -- once"), Verb.Once),
            (new("dry-run", "Run each source once, from its cursor, and print what it would commit; nothing is committed.\nExample: dotnet run -- dry-run --context prod"), Verb.DryRun),
            (new("spec", "Print the pipeline specs that the build wrote.\nExample: dotnet run -- spec | pachctl create pipeline -f -"), Verb.Spec),
            (new("doctor", "Check everything that the spout needs of Pachyderm, from the address to the ledger, and say what to do.\nExample: dotnet run -- doctor --context prod"), Verb.Doctor),
        ];
        foreach ((Command command, Verb verb) in verbs.Prepend((root, Verb.Run)))
            command.SetAction((parsed, cancellation) => run(Options(verb, parsed), cancellation));
        foreach ((Command command, _) in verbs)
            root.Add(command);
        root.Add(StateCommand.Create(run));
        root.Add(ScheduleCommand.Create(run));
        Command put = PutCommand.Create(run);
        foreach (Option option in PutCommand.Global)
            put.Add(option);
        root.Add(put);
        return root;
    }

    private static RootCommand Pachctl(Func<ProgramOptions, CancellationToken, Task<int>> run)
    {
        RootCommand root = new("A spout under the name of pachctl: it puts files into its own repo, and does nothing else. The pachctl of the worker is /pach-bin/pachctl.")
        {
            Json, PutCommand.Create(run),
        };
        foreach (Option option in PutCommand.Global)
            root.Add(option);
        return root;
    }
}
