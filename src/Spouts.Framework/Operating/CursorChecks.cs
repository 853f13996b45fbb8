using System.Text.Json;
using System.Text.Json.Nodes;
using Spouts.Commands;
using Spouts.Hosting;
using Spouts.Ledgers;
using Spouts.Sources;

namespace Spouts.Operating;

/// <summary>Compares cursors that an operator wants in the ledger with those of the program, by name and type.</summary>
internal static class CursorChecks
{
    /// <summary>How to do it nevertheless.</summary>
    public const string Force = "Where this is meant, add --force.";

    /// <summary>Checks what <c>state set</c> is to write.</summary>
    /// <param name="name">The source's name.</param>
    /// <param name="source">The source in the program; null where the program does not have it.</param>
    /// <param name="saved">What the ledger has of it.</param>
    /// <param name="cursors">The cursors that are to be set.</param>
    /// <exception cref="SpoutConfigurationException">The source would not find them, or begin anew.</exception>
    public static void RequireLegal(string name, SourceRegistration? source, SourceEntry saved, JsonObject cursors)
    {
        if (source?.Cursors is not { } known)
        {
            RequireNoneRenamed(name, saved, cursors);
            return;
        }

        foreach ((string cursor, JsonNode? value) in cursors)
        {
            if (known.FirstOrDefault(each => each.Name == cursor) is not { } registered)
            {
                throw new SpoutConfigurationException(known.Count == 0
                    ? $"The source '{name}' has no cursors; nothing was changed. {Force}"
                    : $"The source '{name}' has no cursor '{cursor}'; it has: {Names(known)}. Nothing was changed. Correct the name. {Force}");
            }

            if (!registered.CanRead(Element(value)))
            {
                throw new SpoutConfigurationException(
                    $"The cursor '{cursor}' of the source '{name}' is {registered.Type}, and cannot be {value?.ToJsonString() ?? "null"}. Nothing was changed. Correct the value. {Force}");
            }
        }
    }

    /// <summary>Checks that there is a cursor to be forgotten or renamed.</summary>
    /// <exception cref="SpoutConfigurationException">The ledger does not have it.</exception>
    public static void RequireSaved(string source, SourceEntry saved, string cursor)
    {
        string[] names = [.. saved.CursorNames];
        if (!names.Contains(cursor))
            throw new SpoutConfigurationException($"The ledger has no cursor '{cursor}' of the source '{source}'; it has: {(names.Length == 0 ? "none" : MessageText.Quoted(names))}. Nothing was changed. Correct the name.");
    }

    /// <summary>Checks which cursor gets the value of another.</summary>
    /// <param name="rename">Which.</param>
    /// <param name="source">The source in the program; null where the program does not have it.</param>
    /// <param name="saved">What the ledger has of it.</param>
    /// <exception cref="SpoutConfigurationException">There is nothing to rename, the program could not read it, or a value would be lost.</exception>
    public static void RequireRenamed(StateChange.RenameCursor rename, SourceRegistration? source, SourceEntry saved)
    {
        RequireSaved(rename.Source, saved, rename.Former);
        if (rename.IsForced)
            return;
        RequireLegal(rename.Source, source, SourceEntry.Empty, new() { [rename.Name] = JsonNode.Parse(saved.Cursor(rename.Former).GetRawText()) });
        if (source?.Cursors?.Any(cursor => cursor.Name == rename.Former) == true)
            throw new SpoutConfigurationException($"'{rename.Former}' is a cursor of the source '{rename.Source}' in this program as well, and would begin anew. Nothing was changed. {Force}");
        if (saved.CursorNames.Contains(rename.Name))
            throw new SpoutConfigurationException($"The cursor '{rename.Name}' of the source '{rename.Source}' has the value {saved.Cursor(rename.Name).GetRawText()} already, which would be lost. Nothing was changed. {Force}");
    }

    /// <summary>Checks what <c>state rewind</c> would bring back: the program has to find itself in it, as at a start.</summary>
    /// <exception cref="SpoutConfigurationException">A source would not find itself or its cursors in it.</exception>
    public static void RequireReadable(SpoutRegistration spout, Ledger former)
    {
        if (LedgerNames.Compare(spout, former).Ambiguities is [var ambiguity, ..])
        {
            throw new SpoutConfigurationException(
                $"At that commit: {ambiguity.What}. Nothing was changed. Give what was renamed its FormerName and rewind again. {Force}");
        }

        foreach (SourceRegistration source in spout.Sources.Where(static source => source.Cursors is not null))
        {
            SourceEntry entry = former.Entry(source.Key);
            if (source.Cursors!.FirstOrDefault(cursor => entry.CursorNames.Contains(cursor.Name) && !cursor.CanRead(entry.Cursor(cursor.Name))) is { } wrong)
            {
                throw new SpoutConfigurationException(
                    $"At that commit the cursor '{wrong.Name}' of the source '{source.Name}' was {entry.Cursor(wrong.Name).GetRawText()}, and it is {wrong.Type} now. "
                    + $"Nothing was changed. Set it instead: {SpoutCommands.Set(spout.Name, source.Name, source.Cursors!.Select(static cursor => cursor.Name))}. {Force}");
            }
        }
    }

    // A name that is new beside a saved one that would vanish is a slip of the pen until somebody says otherwise: the source would begin anew.
    private static void RequireNoneRenamed(string source, SourceEntry saved, JsonObject cursors)
    {
        string[] before = [.. saved.CursorNames];
        string[] added = [.. cursors.Select(static cursor => cursor.Key).Except(before)];
        string[] removed = [.. before.Where(name => !cursors.ContainsKey(name))];
        if (added.Length == 0 || removed.Length == 0)
            return;
        throw new SpoutConfigurationException(
            $"The source '{source}' has saved no cursor {MessageText.Quoted(added)}, and {MessageText.Quoted(removed)}, which it has saved, would be removed; nothing was changed. "
            + $"Correct the name, or name the saved ones as well. {Force}");
    }

    private static JsonElement Element(JsonNode? value) => JsonDocument.Parse(value?.ToJsonString() ?? "null").RootElement;

    private static string Names(IEnumerable<CursorRegistration> cursors) => string.Join(", ", cursors.Select(static cursor => $"{cursor.Name} ({cursor.Type})"));
}
