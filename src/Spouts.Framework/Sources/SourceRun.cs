using System.Text.Json;
using System.Text.Json.Nodes;
using Spouts.Cursors;
using Spouts.Ledgers;

namespace Spouts.Hosting;

/// <summary>
/// One run of a source: its cursors, set as the ledger has them, and its context. Generated code takes from it what the
/// method's parameters ask for.
/// </summary>
public sealed class SourceRun
{
    private readonly List<IRunCursor> _cursors = [];
    private readonly string _source;
    private readonly SourceEntry _base;

    internal SourceRun(string source, SourceEntry entry, SpoutContext context, DateTimeOffset due)
    {
        _source = source;
        _base = entry;
        Context = context;
        Due = due;
    }

    /// <summary>The spout that runs.</summary>
    public SpoutContext Context { get; }

    /// <summary>The time that is due; when no schedule made it due, the time at which the run began.</summary>
    public DateTimeOffset Due { get; }

    /// <summary>A cursor of this source.</summary>
    /// <typeparam name="T">Its type.</typeparam>
    /// <param name="name">Its name in the ledger: that of the parameter.</param>
    /// <param name="codec">How the ledger keeps it.</param>
    /// <returns>The cursor, set to its value as of the last commit.</returns>
    /// <exception cref="SpoutConfigurationException">The ledger holds a value of another type under this name.</exception>
    public Cursor<T> Cursor<T>(string name, CursorCodec<T> codec)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(codec);
        JsonElement saved = _base.Cursor(name);
        bool isSet = saved.ValueKind is not JsonValueKind.Undefined;
        Cursor<T> cursor = new(name, codec, isSet ? Read(name, codec, saved) : codec.Initial(), isSet);
        _cursors.Add(cursor);
        return cursor;
    }

    /// <summary>The cursors of this run.</summary>
    internal IReadOnlyList<IRunCursor> Cursors => _cursors;

    /// <summary>The source's entry in the ledger as of now: the one it began with, moved by its cursors.</summary>
    internal SourceEntry Entry() => Entry(_base);

    /// <summary>A later entry of the source, moved by its cursors.</summary>
    internal SourceEntry Entry(SourceEntry later) => Entry(later, [.. _cursors.Select(static cursor => cursor.Write())]);

    /// <summary>The source's entry with its cursors as they were at one of its files.</summary>
    /// <param name="values">Their values as JSON, in their order.</param>
    internal SourceEntry Entry(IReadOnlyList<string?> values) => Entry(_base, values);

    private SourceEntry Entry(SourceEntry later, IReadOnlyList<string?> values)
    {
        KeyValuePair<string, JsonNode?>[] moved =
        [
            .. _cursors.Zip(values)
                .Where(static cursor => cursor.Second is not null)
                .Select(static cursor => KeyValuePair.Create(cursor.First.Name, JsonNode.Parse(cursor.Second!))),
        ];
        return moved.Length == 0 ? later : later.With(moved);
    }

    private T Read<T>(string name, CursorCodec<T> codec, JsonElement saved)
    {
        try
        {
            return codec.ReadAt(name, saved);
        }
        catch (UnreadableCursorException wrong)
        {
            throw new SpoutConfigurationException(
                $"The cursor '{wrong.Place}' of the source '{_source}' {wrong.Reason}. If the type has changed, give the parameter '{name}' its old type back, or make it a record with "
                + $"'public static T Migrate(JsonElement old)'. If the saved value is wrong, set it, with all other cursors as they are: {SpoutCommands.Set(Context.Spout, _source, _base.CursorNames)}. "
                + $"To have this one begin anew, forget it: {SpoutCommands.ResetCursor(Context.Spout, _source, name)}", wrong);
        }
    }
}
