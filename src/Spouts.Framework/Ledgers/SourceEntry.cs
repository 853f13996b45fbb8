using System.Text.Json;
using System.Text.Json.Nodes;

namespace Spouts.Ledgers;

/// <summary>
/// What the ledger knows of one source: the number of its last batch, its cursors by name, its last due time, the items that are published
/// and perhaps not acknowledged, and any members that a later version of the framework wrote, carried along untouched. A value: two entries are equal when their JSON is, and because of the number
/// none is equal to an earlier one, not even where the source has no cursor.
/// </summary>
internal sealed record SourceEntry
{
    private const string CursorMember = "cursor";
    private const string NumberMember = "n";
    private const string DueMember = "due";
    private const string DoneMember = "done";
    private const string ItemsMember = "items";

    private SourceEntry(string json) => Json = json;

    /// <summary>A source that has never committed anything.</summary>
    public static SourceEntry Empty { get; } = new("{}");

    /// <summary>The entry as compact JSON, an object.</summary>
    public string Json { get; }

    /// <summary>The cursors as compact JSON, an object; null where no run has saved one.</summary>
    public string? Cursors
    {
        get
        {
            using JsonDocument entry = JsonDocument.Parse(Json);
            return entry.RootElement.TryGetProperty(CursorMember, out JsonElement cursors) ? cursors.GetRawText() : null;
        }
    }

    /// <summary>The number of its last batch; null where it has none.</summary>
    public long? Number
    {
        get
        {
            using JsonDocument entry = JsonDocument.Parse(Json);
            return entry.RootElement.TryGetProperty(NumberMember, out JsonElement number) ? number.GetInt64() : null;
        }
    }

    /// <summary>The last due time of its schedule that has run, or from which on it counts; null where none is known.</summary>
    public DateTimeOffset? Due
    {
        get
        {
            using JsonDocument entry = JsonDocument.Parse(Json);
            return entry.RootElement.TryGetProperty(DueMember, out JsonElement due) ? due.GetDateTimeOffset() : null;
        }
    }

    /// <summary>Whether the source has said that it will never bring anything more.</summary>
    public bool IsDone
    {
        get
        {
            using JsonDocument entry = JsonDocument.Parse(Json);
            return entry.RootElement.TryGetProperty(DoneMember, out JsonElement done) && done.GetBoolean();
        }
    }

    /// <summary>The items of its queue that are published and of which it is not known whether they are acknowledged, the oldest first.</summary>
    public IReadOnlyList<string> Items
    {
        get
        {
            using JsonDocument entry = JsonDocument.Parse(Json);
            return entry.RootElement.TryGetProperty(ItemsMember, out JsonElement items)
                ? [.. items.EnumerateArray().Select(static item => item.GetString()!)]
                : [];
        }
    }

    /// <summary>An entry as a ledger has it, in the form in which entries are compared.</summary>
    public static SourceEntry From(JsonElement entry) => new(JsonNode.Parse(entry.GetRawText())!.AsObject().ToJsonString());

    /// <summary>The saved value of a cursor; an undefined element where no run has saved it.</summary>
    public JsonElement Cursor(string name)
    {
        using JsonDocument entry = JsonDocument.Parse(Json);
        return entry.RootElement.TryGetProperty(CursorMember, out JsonElement cursors) && cursors.TryGetProperty(name, out JsonElement value)
            ? value.Clone()
            : default;
    }

    /// <summary>The same entry with these cursors set, the others left as they are.</summary>
    public SourceEntry With(IEnumerable<KeyValuePair<string, JsonNode?>> cursors)
    {
        JsonObject entry = JsonNode.Parse(Json)!.AsObject();
        JsonObject saved = entry[CursorMember]?.AsObject() ?? [];
        foreach ((string name, JsonNode? value) in cursors)
            saved[name] = value;
        if (saved.Count > 0 && saved.Parent is null)
            entry[CursorMember] = saved;
        return new(entry.ToJsonString());
    }

    /// <summary>The same entry with these items.</summary>
    public SourceEntry WithItems(IReadOnlyCollection<string> items)
    {
        JsonObject entry = JsonNode.Parse(Json)!.AsObject();
        entry.Remove(ItemsMember);
        if (items.Count > 0)
            entry[ItemsMember] = new JsonArray([.. items.Select(static item => (JsonNode)item)]);
        return new(entry.ToJsonString());
    }

    /// <summary>The same entry with these cursors and no others.</summary>
    public SourceEntry WithOnly(JsonObject cursors) => With(CursorMember, cursors.DeepClone());

    /// <summary>The same entry with this due time.</summary>
    public SourceEntry With(DateTimeOffset due) => With(DueMember, JsonValue.Create(due.UtcDateTime));

    /// <summary>The same entry of a source that will never bring anything more.</summary>
    public SourceEntry Done() => With(DoneMember, JsonValue.Create(true));

    /// <summary>The same entry as of the source's batch of this number.</summary>
    public SourceEntry At(long number) => With(NumberMember, number);

    private SourceEntry With(string member, JsonNode value)
    {
        JsonObject entry = JsonNode.Parse(Json)!.AsObject();
        entry[member] = value;
        return new(entry.ToJsonString());
    }
}
