using System.Text.Json;
using System.Text.Json.Nodes;
using Spouts.Ledgers;

namespace Spouts.Hosting;

/// <summary>
/// One run of a source: its cursors, set as the ledger has them, and its context. Generated code takes from it what the
/// method's parameters ask for.
/// </summary>
public sealed class SourceRun
{
    private readonly Dictionary<string, Func<JsonNode?>> _cursors = new(StringComparer.Ordinal);
    private readonly string _source;
    private readonly SourceEntry _base;

    internal SourceRun(string source, SourceEntry entry, SpoutContext context)
    {
        _source = source;
        _base = entry;
        Context = context;
    }

    /// <summary>The spout that runs.</summary>
    public SpoutContext Context { get; }

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
        Cursor<T> cursor = saved.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null
            ? new(codec.Initial, isSet: false)
            : new(Read(name, codec, saved), isSet: true);
        _cursors[name] = () => cursor.IsSet ? codec.Write(cursor.Value) : null;
        return cursor;
    }

    /// <summary>The source's entry in the ledger as of now: the one it began with, moved by its cursors.</summary>
    internal SourceEntry Entry()
    {
        if (_cursors.Count == 0)
            return _base;
        List<KeyValuePair<string, JsonNode?>> moved = [];
        foreach ((string name, Func<JsonNode?> value) in _cursors)
        {
            if (value() is { } set)
                moved.Add(new(name, set));
        }

        return moved.Count == 0 ? _base : _base.With(moved);
    }

    private T Read<T>(string name, CursorCodec<T> codec, JsonElement saved)
    {
        try
        {
            return codec.Read(saved);
        }
        catch (Exception wrong) when (wrong is FormatException or InvalidOperationException or JsonException or ArgumentException or OverflowException)
        {
            throw new SpoutConfigurationException(
                $"The cursor '{name}' of the source '{_source}' is a {typeof(T).Name} now, but the ledger holds {saved.GetRawText()}. "
                + "Give the parameter another name, so that it starts anew, or its old type back.", wrong);
        }
    }
}
