using System.Text.Json;
using System.Text.Json.Nodes;
using Spouts.Hosting;
using Spouts.Ledgers;

namespace Spouts.Operating;

/// <summary>Compares cursors that an operator wants in the ledger with those of the program, by name and type.</summary>
internal static class CursorChecks
{
    private const string Force = "Where this is meant, add --force.";

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

    /// <summary>Checks what <c>state rewind</c> would bring back.</summary>
    /// <exception cref="SpoutConfigurationException">A source would not find its cursors in it.</exception>
    public static void RequireReadable(IEnumerable<SourceRegistration> sources, Ledger former)
    {
        foreach (SourceRegistration source in sources.Where(static source => source.Cursors is not null))
        {
            SourceEntry entry = former.Entry(source.Key);
            string[] gone = [.. entry.CursorNames.Except(source.Cursors!.Select(static cursor => cursor.Name))];
            string[] added = [.. source.Cursors!.Select(static cursor => cursor.Name).Except(entry.CursorNames)];
            if (gone.Length > 0 && added.Length > 0)
            {
                throw new SpoutConfigurationException(
                    $"At that commit the source '{source.Name}' had the cursor {MessageText.Quoted(gone)}, which the program does not have; it has: {Names(source.Cursors!)}, and would begin anew. "
                    + $"Nothing was changed. Set it instead: state set {source.Name} '{{\"{added[0]}\":…}}'. {Force}");
            }

            if (source.Cursors!.FirstOrDefault(cursor => entry.CursorNames.Contains(cursor.Name) && !cursor.CanRead(entry.Cursor(cursor.Name))) is { } wrong)
            {
                throw new SpoutConfigurationException(
                    $"At that commit the cursor '{wrong.Name}' of the source '{source.Name}' was {entry.Cursor(wrong.Name).GetRawText()}, and it is {wrong.Type} now. "
                    + $"Nothing was changed. Set it instead: state set {source.Name} '{{\"{wrong.Name}\":…}}'. {Force}");
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
