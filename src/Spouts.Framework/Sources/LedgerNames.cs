using System.Text.Json.Nodes;
using Spouts.Hosting;
using Spouts.Ledgers;

namespace Spouts.Sources;

/// <summary>
/// The names of sources and cursors in the ledger, compared with those of the program. One that only the ledger has beside one that only the
/// program has is a rename until somebody says otherwise: what was renamed would begin anew.
/// </summary>
internal sealed class LedgerNames
{
    // A command is printed to be copied; one with more than this in it is printed without.
    private const int MaxPrinted = 1000;

    private readonly List<Ambiguity> _ambiguities = [];
    private readonly List<string> _changes = [];

    private LedgerNames()
    {
    }

    /// <summary>What nobody but the author or an operator can decide.</summary>
    public IReadOnlyList<Ambiguity> Ambiguities => _ambiguities;

    /// <summary>What was only added or only removed, a sentence each.</summary>
    public IReadOnlyList<string> Changes => _changes;

    /// <summary>Compares.</summary>
    public static LedgerNames Compare(SpoutRegistration spout, Ledger ledger)
    {
        LedgerNames names = new();
        if (ledger.Sources.Keys.Any(static name => name != SourceKey.PutFile.Name))
            names.CompareSources(spout.Sources, ledger);
        foreach (SourceRegistration source in spout.Sources.Where(static source => source.Cursors is not null))
        {
            if (Saved(source, ledger) is { } entry)
                names.CompareCursors(source, source.Cursors!, entry);
        }

        return names;
    }

    /// <summary>Refuses to go on where anything has to be decided.</summary>
    /// <exception cref="SpoutConfigurationException">Something has to be decided.</exception>
    public void Require()
    {
        if (_ambiguities.Count > 0)
            throw new SpoutConfigurationException(string.Join(" ", _ambiguities.Select(static one => $"{one.What}; {one.Cure}.")));
    }

    // The entry that a run would begin with, cursors under the names that they are saved under.
    private static SourceEntry? Saved(SourceRegistration source, Ledger ledger) =>
        ledger.Sources.GetValueOrDefault(source.Name) ?? (source.FormerName is { } former ? ledger.Sources.GetValueOrDefault(former) : null);

    private void CompareSources(IReadOnlyList<SourceRegistration> sources, Ledger ledger)
    {
        foreach (SourceRegistration source in sources.Where(source => ledger.HasBoth(source.Key)))
        {
            string former = source.FormerName!;
            _ambiguities.Add(new(
                $"The ledger has both the source '{source.Name}' and its former name '{former}', and only one of the two positions can be right: "
                    + $"'{source.Name}' is at {Position(ledger.Sources[source.Name])}, '{former}' at {Position(ledger.Sources[former])}",
                $"to keep that of '{source.Name}': state reset {former}; to keep that of '{former}': state reset {source.Name}"));
        }

        string[] removed = [.. ledger.Sources.Keys.Except(sources.SelectMany(static source => (string?[])[source.Name, source.FormerName, SourceKey.PutFile.Name]).OfType<string>())];
        SourceRegistration[] added = [.. sources.Where(source => Saved(source, ledger) is null)];
        if (removed.Length > 0 && added.Length > 0)
        {
            _ambiguities.Add(new(
                $"The ledger has the source {MessageText.Quoted(removed)}, which the program does not have, and the program has the source {MessageText.Quoted(added.Select(static source => source.Name))}, "
                    + "which the ledger does not have: if it was renamed, it would begin anew",
                CureOf(removed, added, ledger)));
        }
        else if (removed.Length > 0)
        {
            _changes.Add($"The ledger has the source {MessageText.Quoted(removed)}, which the program does not have; it stays there unused until: state reset {removed[0]}");
        }
        else if (added.Length > 0)
        {
            _changes.Add($"The ledger does not have the source {MessageText.Quoted(added.Select(static source => source.Name))}, which begins anew.");
        }
    }

    private static string CureOf(string[] removed, SourceRegistration[] added, Ledger ledger)
    {
        string cure = $"if it was, set [{Mark(added[0].Trigger)}(…, FormerName = \"{removed[0]}\")] on '{added[0].Name}'";
        if (removed.Length == 1 && added.Length == 1 && ledger.Sources[removed[0]] is { } entry && Cursors(entry) is { Count: > 0 } cursors
            && (added[0].Cursors is not { } known || cursors.All(saved => known.Any(cursor => cursor.Name == saved.Key))))
            cure += $", or give it the cursors: {Set(added[0].Name, cursors)}";
        return $"{cure}; if it was not, forget the old one: {string.Join("; ", removed.Select(static name => $"state reset {name}"))}";
    }

    private void CompareCursors(SourceRegistration source, IReadOnlyList<CursorRegistration> cursors, SourceEntry entry)
    {
        JsonObject saved = Cursors(entry);
        foreach (CursorRegistration cursor in cursors.Where(cursor => cursor.FormerName is { } former && saved.ContainsKey(cursor.Name) && saved.ContainsKey(former)))
        {
            string former = cursor.FormerName!;
            _ambiguities.Add(new(
                $"The ledger has both the cursor '{cursor.Name}' of the source '{source.Name}' and its former name '{former}', and only one of the two positions can be right: "
                    + $"'{cursor.Name}' is {Printed(saved[cursor.Name])}, '{former}' is {Printed(saved[former])}",
                $"to keep that of '{cursor.Name}': {Set(source.Name, Kept(saved, cursors))}; "
                    + $"to keep that of '{former}': {Set(source.Name, Kept(saved, cursors, (cursor.Name, former)))}"));
        }

        string[] removed = [.. saved.Select(static cursor => cursor.Key).Except(cursors.SelectMany(static cursor => (string?[])[cursor.Name, cursor.FormerName]).OfType<string>())];
        CursorRegistration[] added = [.. cursors.Where(cursor => !saved.ContainsKey(cursor.Name) && !(cursor.FormerName is { } former && saved.ContainsKey(former)))];
        if (removed.Length > 0 && added.Length > 0)
        {
            _ambiguities.Add(new(
                $"The ledger has the cursor {MessageText.Quoted(removed)} of the source '{source.Name}', which the program does not have, and the program has the cursor "
                    + $"{MessageText.Quoted(added.Select(static cursor => cursor.Name))}, which the ledger does not have: if it was renamed, it would begin anew",
                $"if it was, mark the parameter '{added[0].Name}' with [Cursor(FormerName = \"{removed[0]}\")], or set it: "
                    + $"{Set(source.Name, Kept(saved, cursors, (added[0].Name, removed[0])))}; if it was not, forget the old one: {Set(source.Name, Kept(saved, cursors))}"));
        }
        else if (removed.Length > 0)
        {
            _changes.Add($"The ledger has the cursor {MessageText.Quoted(removed)} of the source '{source.Name}', which the program does not have; it stays there unused.");
        }
        else if (added.Length > 0)
        {
            _changes.Add($"The ledger does not have the cursor {MessageText.Quoted(added.Select(static cursor => cursor.Name))} of the source '{source.Name}', which begins anew.");
        }
    }

    /// <summary>The saved cursors that the program has, and one of them with the value that is saved under another name.</summary>
    private static JsonObject Kept(JsonObject saved, IReadOnlyList<CursorRegistration> cursors, (string Name, string From)? moved = null)
    {
        JsonObject kept = [];
        foreach (string name in cursors.Select(static cursor => cursor.Name).Where(name => saved.ContainsKey(name) || name == moved?.Name))
            kept[name] = saved[name == moved?.Name ? moved.Value.From : name]?.DeepClone();
        return kept;
    }

    private static JsonObject Cursors(SourceEntry entry) => JsonNode.Parse(entry.Cursors ?? "{}")!.AsObject();

    private static string Set(string source, JsonObject cursors) => $"state set {source} '{Printed(cursors)}'";

    private static string Position(SourceEntry entry) => (entry.Cursors, entry.Due) switch
    {
        (null, null) => $"batch {entry.Number}, without a cursor",
        (null, { } due) => $"{due:u}",
        ({ } cursors, null) => Printed(JsonNode.Parse(cursors)),
        ({ } cursors, { } due) => $"{Printed(JsonNode.Parse(cursors))} and {due:u}",
    };

    private static string Printed(JsonNode? value) => (value?.ToJsonString() ?? "null") is { Length: <= MaxPrinted } json ? json : "…";

    private static string Mark(SourceTrigger trigger) => trigger switch
    {
        ScheduleTrigger => "Schedule",
        StreamTrigger => "Stream",
        _ => "Poll",
    };

    /// <summary>Names of which the framework cannot tell what they mean.</summary>
    /// <param name="What">What is so.</param>
    /// <param name="Cure">What to do.</param>
    internal sealed record Ambiguity(string What, string Cure);
}
