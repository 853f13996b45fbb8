using System.Text.Json;
using System.Text.Json.Nodes;
using Spouts.Files;

namespace Spouts.Ledgers;

/// <summary>
/// What the ledger knows of one source: the number of its last batch, its cursors by name, its last due time and what else its schedule needs, the items that are published
/// and perhaps not acknowledged, and any members that a later version of the framework wrote, carried along untouched. A value: two entries are equal when their JSON is, and because of the number
/// none is equal to an earlier one, not even where the source has no cursor.
/// </summary>
internal sealed partial record SourceEntry
{
    private const string CursorMember = "cursor";
    private const string NumberMember = "n";
    private const string DoneMember = "done";
    private const string IdsMember = "ids";
    private const string HoursMember = "h";
    private const string BatchMember = "i";

    // Before ids were kept by batch: an array of ids alone, of 96 bits.
    private const string FormerIdsMember = "items";
    private const int FormerIdLength = 16;

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
    public IReadOnlyList<ItemBatch> ItemBatches
    {
        get
        {
            using JsonDocument entry = JsonDocument.Parse(Json);
            return [.. Read(entry.RootElement)];
        }
    }

    /// <summary>The ids of <see cref="ItemBatches"/>.</summary>
    public IReadOnlyList<string> Items => [.. ItemBatches.SelectMany(static batch => batch.Items).Select(static item => item.Id)];

    /// <summary>How many characters of the entry are ids.</summary>
    public int ItemsLength
    {
        get
        {
            using JsonDocument entry = JsonDocument.Parse(Json);
            return Length(IdsMember) + Length(FormerIdsMember);

            int Length(string name) => entry.RootElement.TryGetProperty(name, out JsonElement ids) ? ids.GetRawText().Length : 0;
        }
    }

    /// <summary>The names of the cursors that were saved.</summary>
    public IEnumerable<string> CursorNames
    {
        get
        {
            using JsonDocument entry = JsonDocument.Parse(Json);
            return entry.RootElement.TryGetProperty(CursorMember, out JsonElement cursors)
                ? [.. cursors.EnumerateObject().Select(static cursor => cursor.Name)]
                : [];
        }
    }

    /// <summary>An entry as a ledger has it, in the form in which entries are compared.</summary>
    /// <exception cref="JsonException">It is not an entry: a member is of another type, or keeps ids in a form that this version does not know.</exception>
    public static SourceEntry From(JsonElement entry)
    {
        if (entry.ValueKind is not JsonValueKind.Object)
            throw new JsonException($"a source's entry is of the type {entry.ValueKind} and not an object");
        foreach (JsonProperty member in entry.EnumerateObject())
        {
            if (!IsOfItsType(member))
                throw new JsonException($"the member '{member.Name}' of a source's entry is not what it should be: {Short(member.Value)}");
        }
        _ = Read(entry).Count();
        return new(JsonNode.Parse(entry.GetRawText())!.AsObject().ToJsonString());
    }

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

    /// <summary>The same entry with cursors under their names of today. One that is saved under both of its names stays under both.</summary>
    public SourceEntry WithRenamed(IReadOnlyList<(string Name, string FormerName)> cursors)
    {
        if (cursors.Count == 0)
            return this;
        JsonObject entry = JsonNode.Parse(Json)!.AsObject();
        if (entry[CursorMember]?.AsObject() is not { } saved)
            return this;
        foreach ((string name, string former) in cursors)
        {
            if (saved.ContainsKey(name) || !saved.TryGetPropertyValue(former, out JsonNode? value))
                continue;
            saved.Remove(former);
            saved[name] = value;
        }

        return new(entry.ToJsonString());
    }

    /// <summary>The same entry without a cursor.</summary>
    public SourceEntry WithoutCursor(string name)
    {
        JsonObject entry = JsonNode.Parse(Json)!.AsObject();
        entry[CursorMember]?.AsObject().Remove(name);
        return new(entry.ToJsonString());
    }

    /// <summary>The same entry with these items.</summary>
    public SourceEntry WithItems(IReadOnlyCollection<ItemBatch> batches)
    {
        JsonObject entry = JsonNode.Parse(Json)!.AsObject();
        entry.Remove(FormerIdsMember);
        entry.Remove(IdsMember);
        if (batches.Count > 0)
        {
            entry[IdsMember] = new JsonArray(
            [
                .. batches.Select(static batch => new JsonObject
                {
                    [HoursMember] = batch.Hours,
                    [BatchMember] = string.Concat(batch.Items),
                }),
            ]);
        }

        return new(entry.ToJsonString());
    }

    /// <summary>The same entry with these cursors and no others.</summary>
    public SourceEntry WithOnly(JsonObject cursors) => With(CursorMember, cursors.DeepClone());

    /// <summary>The same entry of a source that will never bring anything more.</summary>
    public SourceEntry Done() => With(DoneMember, JsonValue.Create(true));

    /// <summary>The same entry as of the source's batch of this number.</summary>
    public SourceEntry At(long number) => With(NumberMember, number);

    // Members of a later version are carried along, whatever they are.
    private static bool IsOfItsType(JsonProperty member) => member.Name switch
    {
        CursorMember => member.Value.ValueKind is JsonValueKind.Object,
        NumberMember => member.Value.ValueKind is JsonValueKind.Number && member.Value.TryGetInt64(out _),
        DueMember or CronMember or ZoneMember or AskedMember or WaitMember => member.Value.ValueKind is JsonValueKind.String,
        DoneMember or PausedMember => member.Value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        BackfillMember => member.Value.ValueKind is JsonValueKind.Object,
        _ => true,
    };

    private static string Short(JsonElement value) => value.GetRawText() is { Length: > 40 } text ? $"{text.AsSpan(0, 40)}…" : value.GetRawText();

    private static IEnumerable<ItemBatch> Read(JsonElement entry)
    {
        if (entry.TryGetProperty(FormerIdsMember, out JsonElement former))
            yield return new(0, [.. Elements(former).Select(ReadFormer)]);
        if (!entry.TryGetProperty(IdsMember, out JsonElement ids))
            yield break;
        foreach (JsonElement batch in Elements(ids))
            yield return ReadBatch(batch);
    }

    private static ItemBatch ReadBatch(JsonElement batch)
    {
        if (batch.ValueKind is not JsonValueKind.Object || batch.EnumerateObject().Any(static member => member.Name is not (HoursMember or BatchMember))
            || !batch.TryGetProperty(BatchMember, out JsonElement ids) || ids.ValueKind is not JsonValueKind.String
            || !batch.TryGetProperty(HoursMember, out JsonElement hours) || hours.ValueKind is not JsonValueKind.Number
            || ids.GetString()!.Length % StoredItem.Length != 0)
            throw LaterVersion();
        string text = ids.GetString()!;
        return new(hours.GetDouble(), [.. Enumerable.Range(0, text.Length / StoredItem.Length)
            .Select(i => StoredItem.From(text.Substring(i * StoredItem.Length, StoredItem.Length)))]);
    }

    private static StoredItem ReadFormer(JsonElement id) => id.ValueKind is JsonValueKind.String && id.GetString() is { Length: FormerIdLength } text
        ? new(text[..ItemId.Length], Content: null)
        : throw LaterVersion();

    private static JsonElement.ArrayEnumerator Elements(JsonElement ids) => ids.ValueKind is JsonValueKind.Array ? ids.EnumerateArray() : throw LaterVersion();

    private static JsonException LaterVersion() => new("it keeps the ids of items in a form that only a later version of Spouts knows");

    // Null removes it.
    private SourceEntry With(string member, JsonNode? value)
    {
        JsonObject entry = JsonNode.Parse(Json)!.AsObject();
        if (value is null)
            entry.Remove(member);
        else
            entry[member] = value;
        return new(entry.ToJsonString());
    }
}
