using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;

namespace Spouts.Ledgers;

/// <summary>
/// The state of a spout that travels with its commits, as part of the commit's description: how far each source has come, and
/// which batch it came with. Members that this version does not know are carried along.
/// </summary>
internal sealed record Ledger
{
    private const string NumberMember = "n";
    private const string BatchMember = "id";
    private const string FilesMember = "files";
    private const string BytesMember = "bytes";
    private const string SourcesMember = "sources";
    private const string ProgramMember = "program";

    private Ledger()
    {
    }

    /// <summary>The ledger of a spout that has committed nothing yet.</summary>
    public static Ledger Empty { get; } = new();

    /// <summary>How many batches the spout has published; of two ledgers the one with the higher number counts.</summary>
    public long Number { get; private init; }

    /// <summary>The last batch: 128 random bits in hex, new for every attempt to publish; empty in the empty ledger.</summary>
    public string BatchId { get; private init; } = "";

    /// <summary>How many files the last batch had.</summary>
    public long Files { get; private init; }

    /// <summary>How many bytes of content the last batch had.</summary>
    public long Bytes { get; private init; }

    /// <summary>What is known of each source, by its name.</summary>
    public ImmutableSortedDictionary<string, SourceEntry> Sources { get; private init; } =
        ImmutableSortedDictionary.Create<string, SourceEntry>(StringComparer.Ordinal);

    /// <summary>
    /// The sources of the program that committed last, each with the names of its cursors, also of those that had nothing to keep; null for cursors that are not
    /// known. Null where an earlier version of the framework has committed: then what has been kept tells which names there were.
    /// </summary>
    private ImmutableSortedDictionary<string, IReadOnlyList<string>?>? Program { get; init; }

    private ImmutableSortedDictionary<string, string> Unknown { get; init; } =
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>How many characters of it are ids of items: bounded on their own, and nothing that a user keeps.</summary>
    public int ItemsLength => Sources.Values.Sum(static entry => entry.ItemsLength);

    /// <summary>What is known of a source, under the names that it and its cursors have now.</summary>
    public SourceEntry Entry(SourceKey source) =>
        (Sources.GetValueOrDefault(source.Name)
            ?? (source.FormerName is { } former ? Sources.GetValueOrDefault(former) : null)
            ?? SourceEntry.Empty).WithRenamed(source.RenamedCursors);

    /// <summary>Whether it knows a source under its name and, apart from that, under its former one: neither is taken for the other.</summary>
    public bool HasBoth(SourceKey source) =>
        source.FormerName is { } former && Sources.ContainsKey(source.Name) && Sources.ContainsKey(former);

    /// <summary>Whether the last program had a source of this name.</summary>
    public bool HadSource(string source) => Program?.ContainsKey(source) ?? Sources.ContainsKey(source);

    /// <summary>Whether a source had a cursor of this name in the last program.</summary>
    public bool HadCursor(SourceKey source, string cursor) =>
        (Program?.GetValueOrDefault(source.Name) ?? (source.FormerName is { } former ? Program?.GetValueOrDefault(former) : null) ?? Entry(source).CursorNames).Contains(cursor);

    /// <summary>How many characters the cursors of one source may have together as JSON; ids of items do not count.</summary>
    public int RoomFor(SourceKey source)
    {
        // What the description has besides the ledger, and the names of the cursors.
        const int Frame = 512;
        return CommitDescription.LargestLedger - Frame - (ToJson().Length - ItemsLength - (Entry(source).Cursors?.Length ?? 0));
    }

    /// <summary>The ledger after one more batch of a source; its id is new.</summary>
    public Ledger Next(SourceKey source, SourceEntry entry, long files, long bytes) => this with
    {
        Number = Number + 1,
        BatchId = Guid.NewGuid().ToString("N"),
        Files = files,
        Bytes = bytes,
        Sources = (source.FormerName is { } former && !HasBoth(source) ? Sources.Remove(former) : Sources).SetItem(source.Name, entry.At(Number + 1)),
        Program = Program?.SetItem(source.Name, null),
    };

    /// <summary>The ledger as a program commits it: everything under the names that it has there, and with these names, for the next program to compare with.</summary>
    public Ledger By(IReadOnlyList<SourceKey> program)
    {
        var sources = Sources.ToBuilder();
        foreach (SourceKey key in program.Where(key => !HasBoth(key) && (Sources.ContainsKey(key.Name) || (key.FormerName is { } former && Sources.ContainsKey(former)))))
        {
            if (key.FormerName is { } former)
                sources.Remove(former);
            sources[key.Name] = Entry(key);
        }

        return this with
        {
            Sources = sources.ToImmutable(),
            Program = program.ToImmutableSortedDictionary(static key => key.Name, static key => key.Cursors, StringComparer.Ordinal),
        };
    }

    /// <summary>The ledger without what it knows of a source of the program, as the next one; what it knows under a former name beside it stands then.</summary>
    public Ledger Reset(SourceKey source) => HasBoth(source)
        ? (this with { Sources = Sources.Remove(source.Name) }).Next(source, Sources[source.FormerName!], files: 0, bytes: 0)
        : Next(source, SourceEntry.Empty, files: 0, bytes: 0);

    /// <summary>The ledger without a source that the program does not have, as the next one.</summary>
    public Ledger Without(string source) => Removed(source).With([]);

    /// <summary>The ledger without a cursor of a source, as the next one. The program that has it knows that it begins anew.</summary>
    public Ledger Without(SourceKey source, string cursor) => Next(source, Entry(source).WithoutCursor(cursor), files: 0, bytes: 0) with { Program = Program };

    /// <summary>The ledger with everything that it knows of a source under another name, as the next one.</summary>
    public Ledger Renamed(string source, SourceKey name) => Removed(source).Next(name with { FormerName = null }, Sources[source].WithRenamed(name.RenamedCursors), files: 0, bytes: 0);

    /// <summary>
    /// The ledger with entries that an operator has set; its id is new. They count as a batch of their sources: no entry is equal
    /// to one that a process may still have in hand.
    /// </summary>
    public Ledger With(IEnumerable<KeyValuePair<string, SourceEntry>> entries) => this with
    {
        Number = Number + 1,
        BatchId = Guid.NewGuid().ToString("N"),
        Files = 0,
        Bytes = 0,
        Sources = Sources.SetItems(entries.Select(entry => KeyValuePair.Create(entry.Key, entry.Value.At(Number + 1)))),

        // What the last program had of them says nothing of what an operator has made of them.
        Program = Program?.SetItems(entries.Where(entry => Program.ContainsKey(entry.Key)).Select(static entry => KeyValuePair.Create(entry.Key, (IReadOnlyList<string>?)null))),
    };

    /// <summary>The ledger as it once was, as the next one; sources that it did not know then have never run.</summary>
    /// <param name="former">The ledger as it was.</param>
    /// <param name="keys">The sources of today, for those that had another name then.</param>
    public Ledger Rewound(Ledger former, IEnumerable<SourceKey> keys)
    {
        SourceKey[] all = [.. keys];
        Dictionary<string, SourceEntry> entries = Sources.Keys.Concat(former.Sources.Keys).Distinct()
            .ToDictionary(static name => name, name => former.Entry(new(name)), StringComparer.Ordinal);
        foreach (SourceKey key in all)
        {
            entries[key.Name] = former.Entry(key);
            if (key.FormerName is { } renamed && !former.HasBoth(key))
                entries.Remove(renamed);
        }

        return (former with { Number = Number, Sources = former.Sources.Clear() }).With(entries);
    }

    /// <summary>The ledger as compact JSON in ASCII.</summary>
    public string ToJson()
    {
        ArrayBufferWriter<byte> buffer = new(256);
        using (Utf8JsonWriter writer = new(buffer))
            Write(writer);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteNumber(NumberMember, Number);
        writer.WriteString(BatchMember, BatchId);
        writer.WriteNumber(FilesMember, Files);
        writer.WriteNumber(BytesMember, Bytes);
        writer.WriteStartObject(SourcesMember);
        foreach ((string source, SourceEntry entry) in Sources)
        {
            writer.WritePropertyName(source);
            WriteAscii(writer, entry.Json);
        }

        writer.WriteEndObject();
        if (Program is not null)
            WriteProgram(writer);
        foreach ((string name, string value) in Unknown)
        {
            writer.WritePropertyName(name);
            WriteAscii(writer, value);
        }

        writer.WriteEndObject();
    }

    /// <exception cref="JsonException">It is no ledger.</exception>
    public static Ledger From(JsonElement json)
    {
        try
        {
            return Read(json);
        }
        catch (Exception wrong) when (wrong is InvalidOperationException or FormatException or KeyNotFoundException or ArgumentException)
        {
            throw new JsonException(wrong.Message, wrong);
        }
    }

    private static Ledger Read(JsonElement json)
    {
        var sources = Empty.Sources.ToBuilder();
        var unknown = Empty.Unknown.ToBuilder();
        long? number = null;
        string? batch = null;
        long files = 0, bytes = 0;
        ImmutableSortedDictionary<string, IReadOnlyList<string>?>? program = null;
        foreach (JsonProperty member in json.EnumerateObject())
        {
            switch (member.Name)
            {
                case NumberMember: number = member.Value.GetInt64(); break;
                case BatchMember: batch = member.Value.GetString(); break;
                case FilesMember: files = member.Value.GetInt64(); break;
                case BytesMember: bytes = member.Value.GetInt64(); break;
                case SourcesMember:
                    foreach (JsonProperty source in member.Value.EnumerateObject())
                        sources[source.Name] = SourceEntry.From(source.Value);
                    break;
                case ProgramMember:
                    program = member.Value.EnumerateObject().ToImmutableSortedDictionary(static source => source.Name, static source => ReadCursors(source.Value), StringComparer.Ordinal);
                    break;
                default: unknown[member.Name] = member.Value.GetRawText(); break;
            }
        }

        return new()
        {
            Number = number ?? throw new KeyNotFoundException($"the member '{NumberMember}' is missing"),
            BatchId = batch ?? throw new KeyNotFoundException($"the member '{BatchMember}' is missing"),
            Files = files,
            Bytes = bytes,
            Sources = sources.ToImmutable(),
            Program = program,
            Unknown = unknown.ToImmutable(),
        };
    }

    private Ledger Removed(string source) => this with { Sources = Sources.Remove(source), Program = Program?.Remove(source) };

    private void WriteProgram(Utf8JsonWriter writer)
    {
        writer.WriteStartObject(ProgramMember);
        foreach ((string source, IReadOnlyList<string>? cursors) in Program!)
        {
            if (cursors is null)
            {
                writer.WriteNull(source);
                continue;
            }

            writer.WriteStartArray(source);
            foreach (string cursor in cursors)
                writer.WriteStringValue(cursor);
            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    private static IReadOnlyList<string>? ReadCursors(JsonElement cursors) => cursors.ValueKind is JsonValueKind.Null
        ? null
        : [.. cursors.EnumerateArray().Select(static cursor => cursor.GetString()!)];

    // Raw text would go out as it came in; written anew, everything beyond ASCII is escaped.
    private static void WriteAscii(Utf8JsonWriter writer, string json)
    {
        using JsonDocument value = JsonDocument.Parse(json);
        value.RootElement.WriteTo(writer);
    }
}
