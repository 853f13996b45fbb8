using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json.Nodes;
using Spouts.Commands;
using Spouts.Operating;

namespace Spouts.Hosting;

/// <summary><c>put file</c>, in the grammar of pachctl without a repo.</summary>
internal static class PutCommand
{
    /// <summary>The name under which a program puts files only.</summary>
    public const string Pachctl = "pachctl";

    /// <summary>Options that every command of pachctl takes, and that change nothing here.</summary>
    public static IReadOnlyList<Option> Global { get; } =
    [
        new Option<bool>("--verbose", "-v") { Hidden = true, Recursive = true },
        new Option<bool>("--no-color") { Hidden = true, Recursive = true },
    ];

    public static Command Create(Func<ProgramOptions, CancellationToken, Task<int>> run)
    {
        Argument<string?> target = new("path")
        {
            Description = "Where in the repo: a path, or with a slash at its end a folder. Without it, the names of the sources.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        target.Validators.Add(RefuseUnknownOption);
        Option<string?> project = new("--project") { Description = "The spout's own project, and no other.", HelpName = "name" };
        Option<string[]> sources = new("--file", "-f")
        {
            Description = "A file, a folder (with -r), a URL, or - for standard input, which is the default. May be given several times.",
            HelpName = "source",
        };
        Option<string?> list = new("--input-file", "-i") { Description = "A file, a URL or - that lists the sources, one a line.", HelpName = "source" };
        Option<bool> recursive = new("--recursive", "-r") { Description = "Put all files below a folder." };
        Option<bool> append = new("--append", "-a") { Description = "Add to what is there instead of replacing it." };
        Option<bool> fullPath = new("--full-path") { Description = "Keep the whole path of a source, not its last name only." };
        Option<bool> untar = new("--untar") { Description = "Put the files of .tar, .tar.gz and .tgz archives one by one, at the paths that they have there." };
        Option<JsonObject?> cursor = new("--cursor")
        {
            Description = "A JSON object to keep with the files, atomically; 'state show' prints it.",
            HelpName = "json",
            CustomParser = StateCommand.ReadObject,
            Arity = ArgumentArity.ExactlyOne,
        };
        Command file = new(
            "file",
            """
            Publish files as one commit: all of them or none.
            Example: pachctl put file -r -f /tmp/files
            Example: curl -s https://example.org/day.csv | pachctl put file -f - /day.csv --cursor '{"day":"2026-01-31"}'
            """)
        {
            target, sources, list, recursive, append, fullPath, untar, cursor, project,

            // What pachctl takes and needs no answer here: how to upload is no question, and the terminal decides on progress.
            new Option<bool>("--compress", "-c") { Hidden = true },
            new Option<int>("--parallelism", "-p") { Hidden = true },
            new Option<bool>("--progress") { Hidden = true },
        };
        file.SetAction((parsed, cancellation) => run(
            ProgramCommand.Options(Verb.PutFile, parsed) with
            {
                Files = new(parsed.GetValue(target), parsed.GetValue(sources) is { Length: > 0 } named ? named : [PutPaths.Stdin])
                {
                    SourceList = parsed.GetValue(list),
                    IsRecursive = parsed.GetValue(recursive),
                    IsAppended = parsed.GetValue(append),
                    IsFullPath = parsed.GetValue(fullPath),
                    IsUntarred = parsed.GetValue(untar),
                    Cursor = parsed.GetValue(cursor),
                    Project = parsed.GetValue(project),
                },
            },
            cancellation));
        return new("put", "Publish files of this machine, for spouts that are shell scripts.\nExample: pachctl put file -r -f /tmp/files") { file };
    }

    // The parser takes an option that it does not know for the path, and pachctl refuses it.
    private static void RefuseUnknownOption(ArgumentResult path)
    {
        foreach (string token in path.Tokens.Select(static token => token.Value).Where(static value => value.StartsWith('-') && value != PutPaths.Stdin))
        {
            IEnumerable<string> known = path.Parent is CommandResult command
                ? command.Command.Options.Where(static option => !option.Hidden).Select(static option => option.Name).Order(StringComparer.Ordinal)
                : [];
            path.AddError($"put file has no option {token}; it has: {string.Join(", ", known)}. A path that begins with a dash is written with a slash before it: /{token}");
        }
    }
}
