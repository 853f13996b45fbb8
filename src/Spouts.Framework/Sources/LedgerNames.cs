using Spouts.Hosting;
using Spouts.Ledgers;

namespace Spouts.Sources;

/// <summary>
/// The names of sources and cursors in the ledger, compared with those of the program. One that the ledger has, and the last program had, beside one that neither had
/// is a rename until somebody says otherwise: what was renamed would begin anew. Which became which is never assumed; only what cannot be is left out.
/// </summary>
internal sealed class LedgerNames
{
    // A longer value is not printed.
    private const int MaxPrinted = 200;

    // So many renames are spelt out.
    private const int MaxRenames = 6;

    private readonly List<Ambiguity> _ambiguities = [];
    private readonly List<string> _changes = [];
    private readonly SpoutRegistration _spout;
    private readonly Ledger _ledger;

    private LedgerNames(SpoutRegistration spout, Ledger ledger) => (_spout, _ledger) = (spout, ledger);

    /// <summary>What nobody but the author or an operator can decide.</summary>
    public IReadOnlyList<Ambiguity> Ambiguities => _ambiguities;

    /// <summary>What was only added or only removed, a sentence each.</summary>
    public IReadOnlyList<string> Changes => _changes;

    /// <summary>Compares.</summary>
    public static LedgerNames Compare(SpoutRegistration spout, Ledger ledger)
    {
        LedgerNames names = new(spout, ledger);
        if (ledger.Sources.Keys.Any(static name => name != SourceKey.PutFile.Name))
            names.CompareSources(spout.Sources);
        foreach (SourceRegistration source in spout.Sources.Where(static source => source.Cursors is not null))
        {
            if (names.Saved(source) is { } entry)
                names.CompareCursors(source, source.Cursors!, entry);
        }

        return names;
    }

    /// <summary>Refuses to go on where anything has to be decided.</summary>
    /// <exception cref="SpoutConfigurationException">Something has to be decided.</exception>
    public void Require()
    {
        if (_ambiguities.Count > 0)
            throw new SpoutConfigurationException($"{_spout.Name}: {string.Join(" ", _ambiguities.Select(static one => $"{one.What}; {one.Cure}."))}");
    }

    // The entry that a run would begin with, cursors under the names that they are saved under.
    private SourceEntry? Saved(SourceRegistration source) =>
        _ledger.Sources.GetValueOrDefault(source.Name) ?? (source.FormerName is { } former ? _ledger.Sources.GetValueOrDefault(former) : null);

    private void CompareSources(IReadOnlyList<SourceRegistration> sources)
    {
        foreach (SourceRegistration source in sources.Where(source => _ledger.HasBoth(source.Key)))
        {
            string former = source.FormerName!;
            _ambiguities.Add(new(
                $"The ledger has both the source '{source.Name}' and its former name '{former}', and only one of the two positions can be right: "
                    + $"'{source.Name}' is at {Position(source.Name)}, '{former}' at {Position(former)}",
                $"to keep that of '{source.Name}': {SpoutCommands.Reset(_spout.Name, former)}; to keep that of '{former}': {SpoutCommands.Reset(_spout.Name, source.Name)}"));
        }

        string[] removed = [.. _ledger.Sources.Keys.Where(_ledger.HadSource).Except(sources.SelectMany(static source => (string?[])[source.Name, source.FormerName, SourceKey.PutFile.Name]).OfType<string>())];
        SourceRegistration[] added = [.. sources.Where(source => Saved(source) is null && !_ledger.HadSource(source.Name) && !(source.FormerName is { } former && _ledger.HadSource(former)))];
        string[] forget = [.. removed.Select(name => SpoutCommands.Reset(_spout.Name, name))];
        if (removed.Length > 0 && added.Length > 0)
        {
            _ambiguities.Add(new(
                $"The ledger has the source {MessageText.Quoted(removed)}, which the program does not have, and the program has the source {MessageText.Quoted(added.Select(static source => source.Name))}, "
                    + "which the ledger does not have: if it was renamed, it would begin anew",
                Cure([.. added.SelectMany(source => Formers(source, removed), Renamed)], forget)));
        }
        else if (removed.Length > 0)
        {
            _changes.Add($"The ledger has the source {MessageText.Quoted(removed)}, which the program does not have; it stays there unused until: {string.Join("; ", forget)}");
        }
        else if (added.Length > 0)
        {
            _changes.Add($"The ledger does not have the source {MessageText.Quoted(added.Select(static source => source.Name))}, which begins anew.");
        }

        string Renamed(SourceRegistration source, string former) =>
            $"if '{source.Name}' was '{former}', which is at {Position(former)}, set [{Mark(source.Trigger)}(…, FormerName = \"{former}\")] on '{source.Name}', "
            + $"or: {SpoutCommands.Rename(_spout.Name, former, source.Name)}";
    }

    // What a source may have been: those whose cursors it could go on from; where there is none, its cursors may have been renamed as well.
    private string[] Formers(SourceRegistration source, string[] removed)
    {
        string[] fitting = [.. removed.Where(former => source.Cursors is not { } cursors
            || _ledger.Sources[former] is var entry && entry.CursorNames.All(saved => cursors.Any(cursor => cursor.Name == saved && cursor.CanRead(entry.Cursor(saved)))))];
        return fitting.Length > 0 ? fitting : removed;
    }

    private void CompareCursors(SourceRegistration source, IReadOnlyList<CursorRegistration> cursors, SourceEntry entry)
    {
        string[] saved = [.. entry.CursorNames];
        foreach (CursorRegistration cursor in cursors.Where(cursor => cursor.FormerName is { } former && saved.Contains(cursor.Name) && saved.Contains(former)))
        {
            string former = cursor.FormerName!;
            _ambiguities.Add(new(
                $"The ledger has both the cursor '{cursor.Name}' of the source '{source.Name}' and its former name '{former}', and only one of the two positions can be right: "
                    + $"'{cursor.Name}' is {Value(entry, cursor.Name)}, '{former}' is {Value(entry, former)}",
                $"to keep that of '{cursor.Name}': {Forget(former)}; to keep that of '{former}': {Forget(cursor.Name)}"));
        }

        string[] removed = [.. saved.Where(name => _ledger.HadCursor(source.Key, name)).Except(cursors.SelectMany(static cursor => (string?[])[cursor.Name, cursor.FormerName]).OfType<string>())];
        CursorRegistration[] added = [.. cursors.Where(cursor => Names(cursor).All(name => !saved.Contains(name) && !_ledger.HadCursor(source.Key, name)))];
        if (removed.Length > 0 && added.Length > 0)
        {
            _ambiguities.Add(new(
                $"The ledger has the cursor {MessageText.Quoted(removed)} of the source '{source.Name}', which the program does not have, and the program has the cursor "
                    + $"{MessageText.Quoted(added.Select(static cursor => cursor.Name))}, which the ledger does not have: if it was renamed, it would begin anew",
                Cure([.. added.SelectMany(cursor => removed.Select(former => Renamed(cursor, former)).OfType<string>())], [.. removed.Select(Forget)])));
        }
        else if (removed.Length > 0)
        {
            _changes.Add($"The ledger has the cursor {MessageText.Quoted(removed)} of the source '{source.Name}', which the program does not have; it stays there unused until: {string.Join("; ", removed.Select(Forget))}");
        }
        else if (added.Length > 0)
        {
            _changes.Add($"The ledger does not have the cursor {MessageText.Quoted(added.Select(static cursor => cursor.Name))} of the source '{source.Name}', which begins anew.");
        }

        string Forget(string cursor) => SpoutCommands.ResetCursor(_spout.Name, source.Name, cursor);

        string? Renamed(CursorRegistration cursor, string former) => !cursor.CanRead(entry.Cursor(former))
            ? null
            : $"if '{cursor.Name}' was '{former}', which is {Value(entry, former)}, mark the parameter '{cursor.Name}' with [Cursor(FormerName = \"{former}\")], "
                + $"or: {SpoutCommands.RenameCursor(_spout.Name, source.Name, former, cursor.Name)}";
    }

    private static IEnumerable<string> Names(CursorRegistration cursor) => cursor.FormerName is { } former ? [cursor.Name, former] : [cursor.Name];

    private static string Cure(IReadOnlyList<string> renames, IReadOnlyList<string> forget)
    {
        string what = renames.Count == 0 ? "no new one can read the value of one that is gone; to have the new ones begin anew" : "what was not renamed, forget";
        return string.Join("; ", [.. renames.Take(MaxRenames), .. renames.Count > MaxRenames ? (string[])["and so on"] : [], $"{what}: {string.Join("; ", forget)}"]);
    }

    private string Position(string source) => _ledger.Sources[source] is var entry && entry.Due is { } due
        ? entry.Cursors is null ? $"{due:u}" : $"{Printed(entry.Cursors)} and {due:u}"
        : entry.Cursors is null ? $"batch {entry.Number}, without a cursor" : Printed(entry.Cursors);

    private string Value(SourceEntry entry, string cursor) => Printed(entry.Cursor(cursor).GetRawText());

    private string Printed(string json) => json.Length <= MaxPrinted ? json : $"a value of {json.Length:N0} characters ({SpoutCommands.Show(_spout.Name)} prints it)";

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
