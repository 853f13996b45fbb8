using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spouts.Commands;

namespace Spouts.Hosting;

/// <summary><c>state show | log | set | reset | rewind</c>.</summary>
internal static class StateCommand
{
    public static Command Create(Func<ProgramOptions, CancellationToken, Task<int>> run)
    {
        Argument<string> source = new("source") { Description = "The source: its method's name, unless its annotation says another." };
        Argument<JsonObject> cursors = new("cursors")
        {
            Description = """Its cursors as a JSON object, by the names of their parameters: '{"last":42}'.""",
            CustomParser = ReadObject,
        };
        Option<bool> force = new("--force") { Description = "Do not compare with the cursors of the program and of the ledger." };
        Argument<string?> forgotten = new("source") { Description = "The source; all of them unless named.", Arity = ArgumentArity.ZeroOrOne };
        Argument<string> commit = new("commit") { Description = "The whole id of a commit of the output branch, 32 hexadecimal digits." };
        Option<bool> preview = new("--dry-run") { Description = "Print the ledger before and after, and change nothing." };
        Option<bool> yes = new("--yes") { Description = "Do not ask, where the cluster was named with --context." };
        Option<int> limit = new("--limit") { Description = "How many commits, the latest first.", DefaultValueFactory = static _ => 50 };
        limit.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 1)
                result.AddError("--limit is at least 1.");
        });
        Command log = new("log", "List the commits that rewind can go back to, the latest first: number, time, id, files, and the cursors of each source.\nExample: dotnet run -- state log --limit 10") { limit };
        Command show = new("show", "Print what the spout has kept: per source its cursors, last due time and last batch.\nExample: dotnet run -- state show --json");
        Command set = new("set", "Set the cursors of a source.\nExample: dotnet run -- state set Fetch '{\"last\":42}' --context prod") { source, cursors, force, preview, yes };
        Command reset = new("reset", "Forget a source, or all: it begins as if it had never run, and items that are delivered again are published again.\nExample: dotnet run -- state reset Fetch") { forgotten, preview, yes };
        Command rewind = new("rewind", "Take everything back to how it was at a commit, but for the files.\nExample: dotnet run -- state rewind 3f8a0c51d2e94b7d8f0a1b2c3d4e5f60") { commit, force, preview, yes };
        Command state = new(
            "state",
            """
            Look at what the spout keeps in its ledger, or change it.
            A change stops the pipeline, closes what is open, publishes the new state in a commit without files, and starts the pipeline again.
            """)
        {
            show, log, set, reset, rewind,
        };
        SetAction(state, _ => null);
        SetAction(show, _ => null);
        log.SetAction((parsed, cancellation) =>
            run(ProgramCommand.Options(Verb.StateLog, parsed) with { MaxCommits = parsed.GetValue(limit) }, cancellation));
        SetAction(set, parsed => new StateChange.Set(parsed.GetRequiredValue(source), parsed.GetRequiredValue(cursors), parsed.GetValue(force)));
        SetAction(reset, parsed => new StateChange.Reset(parsed.GetValue(forgotten)));
        SetAction(rewind, parsed => new StateChange.Rewind(parsed.GetRequiredValue(commit), parsed.GetValue(force)));
        return state;

        void SetAction(Command command, Func<ParseResult, StateChange?> change) => command.SetAction((parsed, cancellation) =>
            run(ProgramCommand.Options(Verb.State, parsed) with
            {
                Change = change(parsed),
                IsPreview = parsed.GetValue(preview),
                IsConfirmed = parsed.GetValue(yes),
            }, cancellation));
    }

    /// <summary>Reads a JSON object from an argument.</summary>
    public static JsonObject? ReadObject(ArgumentResult argument)
    {
        try
        {
            if (JsonNode.Parse(argument.Tokens[0].Value) is JsonObject json)
                return json;
            argument.AddError($"{argument.Tokens[0].Value} is no JSON object; write it like '{{\"last\":42}}'.");
        }
        catch (JsonException wrong)
        {
            argument.AddError($"{argument.Tokens[0].Value} is no JSON ({wrong.Message}); write it like '{{\"last\":42}}', in single quotes.");
        }

        return null;
    }
}
