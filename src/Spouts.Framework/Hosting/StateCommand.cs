using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spouts.Commands;

namespace Spouts.Hosting;

/// <summary><c>state show | log | set | rename | reset | rewind</c>.</summary>
internal static class StateCommand
{
    public static Command Create(Func<ProgramOptions, CancellationToken, Task<int>> run)
    {
        Argument<string> source = new("source") { Description = "The source: its method's name, unless its annotation says another." };
        Argument<JsonObject> cursors = new("cursors")
        {
            Description = """Its cursors as a JSON object, by the names of their parameters: '{"last":42}'.""",
            CustomParser = ReadObject,

            // A JSON object is a collection as well, of which there might be none or several.
            Arity = ArgumentArity.ExactlyOne,
        };
        Argument<string> former = new("old") { Description = "The name that the ledger has." }, name = new("new") { Description = "The name that the program has." };
        Option<string?> owner = new("--cursor-of") { Description = "The source whose cursor is renamed; without it, a source is.", HelpName = "source" };
        Option<string?> cursor = new("--cursor") { Description = "Forget this cursor of the source only.", HelpName = "name" };
        Option<bool> force = new("--force") { Description = "Do not compare with the cursors of the program and of the ledger." };
        Argument<string?> forgotten = new("source") { Description = "The source; all of them unless named.", Arity = ArgumentArity.ZeroOrOne };
        Argument<string> commit = new("commit") { Description = "The whole id of a commit of the output branch, 32 hexadecimal digits." };
        Option<bool> preview = new("--dry-run") { Description = "Print the ledger before and after, and change nothing." };
        Option<bool> yes = new("--yes") { Description = "Do not ask, where the cluster was named with --context." };
        Option<int> limit = new("--limit")
        {
            Description = "How many commits, the latest first.",
            DefaultValueFactory = static _ => 50,
            HelpName = "count",
            CustomParser = ReadCount,
        };
        Command log = new("log", "List the commits that rewind can go back to, the latest first: number, time, id, files, and the cursors of each source.\nExample: dotnet run -- state log --limit 10") { limit };
        Command show = new("show", "Print what the spout has kept: per source its cursors, last due time and last batch.\nExample: dotnet run -- state show --json");
        Command set = new("set", "Set the cursors of a source.\nExample: dotnet run -- state set Fetch '{\"last\":42}' --context prod") { source, cursors, force, preview, yes };
        Command rename = new("rename", "Give all that is kept of a source to the source of another name, or the value of a cursor to another one.\nExample: dotnet run -- state rename Fetch Download\nExample: dotnet run -- state rename last position --cursor-of Fetch") { former, name, owner, force, preview, yes };
        Command reset = new("reset", "Forget a source, one of its cursors, or all: it begins as if it had never run, and items that are delivered again are published again.\nExample: dotnet run -- state reset Fetch\nExample: dotnet run -- state reset Fetch --cursor last") { forgotten, cursor, preview, yes };
        reset.Validators.Add(result =>
        {
            if (result.GetResult(cursor) is not null && result.GetResult(forgotten) is not { Tokens.Count: > 0 })
                result.AddError("Name the source as well, whose cursor is to be forgotten: state reset SOURCE --cursor NAME.");
        });
        Command rewind = new("rewind", "Take everything back to how it was at a commit, but for the files.\nExample: dotnet run -- state rewind 3f8a0c51d2e94b7d8f0a1b2c3d4e5f60") { commit, force, preview, yes };
        Command state = new(
            "state",
            """
            Look at what the spout keeps in its ledger, or change it.
            A change stops the pipeline, closes what is open, publishes the new state in a commit without files, and starts the pipeline again.
            """)
        {
            show, log, set, rename, reset, rewind,
        };
        SetAction(state, _ => null);
        SetAction(show, _ => null);
        log.SetAction((parsed, cancellation) =>
            run(ProgramCommand.Options(Verb.StateLog, parsed) with { MaxCommits = parsed.GetValue(limit) }, cancellation));
        SetAction(set, parsed => new StateChange.Set(parsed.GetRequiredValue(source), parsed.GetRequiredValue(cursors), parsed.GetValue(force)));
        SetAction(rename, parsed => parsed.GetValue(owner) is { } of
            ? new StateChange.RenameCursor(of, parsed.GetRequiredValue(former), parsed.GetRequiredValue(name), parsed.GetValue(force))
            : new StateChange.Rename(parsed.GetRequiredValue(former), parsed.GetRequiredValue(name), parsed.GetValue(force)));
        SetAction(reset, parsed => parsed.GetValue(cursor) is { } one
            ? new StateChange.ResetCursor(parsed.GetRequiredValue(forgotten)!, one)
            : new StateChange.Reset(parsed.GetValue(forgotten)));
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

    /// <summary>Reads a JSON object from an argument; a name that is in it twice would leave open which value counts.</summary>
    public static JsonObject? ReadObject(ArgumentResult argument)
    {
        string text = Text(argument);
        try
        {
            // Written anew, half of a surrogate pair is found.
            if (JsonNode.Parse(text, nodeOptions: null, new() { AllowDuplicateProperties = false }) is JsonObject json && json.ToJsonString() is not null)
                return json;
            argument.AddError($"{text} is no JSON object; write it like '{{\"last\":42}}'.");
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException)
        {
            argument.AddError($"{(text.Length == 0 ? "Nothing" : text)} is no JSON ({wrong.Message}); write it like '{{\"last\":42}}', in single quotes.");
        }

        return null;
    }

    private static int ReadCount(ArgumentResult argument)
    {
        string text = Text(argument);
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count > 0)
            return count;
        argument.AddError($"--limit is a number of commits, from 1 to {int.MaxValue}, and not '{text}'; write it like --limit 10.");
        return 0;
    }

    private static string Text(ArgumentResult argument) => argument.Tokens.Count == 0 ? "" : argument.Tokens[0].Value;
}
