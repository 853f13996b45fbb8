namespace Spouts;

/// <summary>
/// Commands of the program itself as messages print them, to be copied behind its name or <c>dotnet run --</c>. They name the spout, so that they mean the same in
/// a program that has several. Values are never part of them: they may be long.
/// </summary>
internal static class SpoutCommands
{
    /// <summary>Prints the ledger.</summary>
    public static string Show(string spout) => $"state show{Of(spout)}";

    /// <summary>Lists the commits that carry a ledger.</summary>
    public static string Log(string spout) => $"state log{Of(spout)}";

    /// <summary>Sets the cursors of a source, all of which are named, as those that are not would be removed; the values are left to whoever runs it.</summary>
    public static string Set(string spout, string source, IEnumerable<string> cursors) =>
        $"state set {Word(source)} '{{{string.Join(",", cursors.Select(static cursor => $"\"{cursor}\":…"))}}}'{Of(spout)}";

    /// <summary>Forgets a source.</summary>
    public static string Reset(string spout, string source) => $"state reset {Word(source)}{Of(spout)}";

    /// <summary>Forgets a cursor of a source.</summary>
    public static string ResetCursor(string spout, string source, string cursor) => $"state reset {Word(source)} --cursor {Word(cursor)}{Of(spout)}";

    /// <summary>Gives what is kept of a source to one of another name.</summary>
    public static string Rename(string spout, string source, string name) => $"state rename {Word(source)} {Word(name)}{Of(spout)}";

    /// <summary>Gives the value of a cursor to one of another name.</summary>
    public static string RenameCursor(string spout, string source, string cursor, string name) =>
        $"state rename {Word(cursor)} {Word(name)} --cursor-of {Word(source)}{Of(spout)}";

    /// <summary>Lets a paused schedule go on.</summary>
    public static string Resume(string spout, string source) => $"schedule resume {Word(source)}{Of(spout)}";

    /// <summary>Runs what was due in a span of time.</summary>
    public static string Backfill(string spout, string source, DateTimeOffset from, DateTimeOffset to) =>
        $"schedule backfill {Word(source)} --from {from.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'} --to {to.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}{Of(spout)}";

    /// <summary>Leaves out what is left of a backfill.</summary>
    public static string CancelBackfill(string spout, string source) => $"schedule backfill {Word(source)} --cancel{Of(spout)}";

    private static string Of(string spout) => $" --spout {spout}";

    // As one word of a shell.
    private static string Word(string name) => name.All(static c => char.IsLetterOrDigit(c) || c is '-' or '_' or '.') ? name : $"'{name.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
