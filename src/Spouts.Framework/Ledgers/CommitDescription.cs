using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Spouts.Ledgers;

/// <summary>
/// The description of a commit as a spout writes it, in one of four forms. <c>pachctl list commit</c> shows it, and every
/// reader of the repo can read it.
/// </summary>
internal abstract record CommitDescription
{
    /// <summary>Above this many characters a ledger earns a warning.</summary>
    public const int LargeLedger = 4 * 1024;

    /// <summary>Above this many characters a ledger is refused.</summary>
    public const int LargestLedger = 64 * 1024;

    private const string Family = "spouts/";
    private const string Prefix = Family + "1 ";
    private const string VoidForm = "void ";
    private const string PendingForm = "pending ";
    private const string NothingForm = "nothing";

    /// <summary>A batch and its ledger, published.</summary>
    internal sealed record Final(Ledger Ledger) : CommitDescription
    {
        public override string ToString() => string.Create(CultureInfo.InvariantCulture,
            $"{Prefix}#{Ledger.Number} {Ledger.Files} {(Ledger.Files == 1 ? "file" : "files")} {ByteSize.Format(Ledger.Bytes)} {Ledger.ToJson()}");
    }

    /// <summary>State without data.</summary>
    /// <param name="Ledger">The state.</param>
    /// <param name="Data">The commit with the data that the state speaks of; null where that is not known.</param>
    internal sealed record Void(Ledger Ledger, string? Data) : CommitDescription
    {
        private const string Separator = " of ";

        public override string ToString() => string.Create(CultureInfo.InvariantCulture,
            $"{Prefix}{VoidForm}#{Ledger.Number}{(Data is null ? "" : Separator + Data)} {Ledger.ToJson()}");

        public static Void From(ReadOnlySpan<char> summary, JsonElement json)
        {
            int data = summary.IndexOf(Separator, StringComparison.Ordinal);
            return new(Ledger.From(json), data < 0 ? null : summary[(data + Separator.Length)..].Trim().ToString());
        }
    }

    /// <summary>A commit that never got its batch because the commit that it was to stand on was not the head any more: it never counts.</summary>
    internal sealed record Nothing : CommitDescription
    {
        public override string ToString() => Prefix + NothingForm;
    }

    /// <summary>A commit that was opened for a batch; whether the batch got into it, its witness tells.</summary>
    /// <param name="BatchId">The batch.</param>
    /// <param name="Parent">The commit that it is to stand on; on any other it counts only where this one was squashed into it.</param>
    /// <param name="Data">The commit with the data of <paramref name="Before"/>; null where that is not known.</param>
    /// <param name="Before">The ledger that counts where the batch did not get into the commit.</param>
    /// <param name="After">The ledger that counts where it did.</param>
    /// <param name="Witness">A path that the batch changes; null where nothing that it does can be doubled.</param>
    internal sealed record Pending(string BatchId, string Parent, string? Data, Ledger Before, Ledger After, Witness? Witness) : CommitDescription
    {
        public override string ToString()
        {
            ArrayBufferWriter<byte> buffer = new(512);
            using (Utf8JsonWriter writer = new(buffer))
                Write(writer);
            return $"{Prefix}{PendingForm}{Encoding.UTF8.GetString(buffer.WrittenSpan)}";
        }

        public static Pending From(JsonElement json) => new(
            Text(json, "id"),
            Text(json, "parent"),
            json.TryGetProperty("data", out JsonElement data) ? data.GetString() : null,
            Ledger.From(json.GetProperty("before")),
            Ledger.From(json.GetProperty("after")),
            json.TryGetProperty("witness", out JsonElement witness) && witness.ValueKind is not JsonValueKind.Null
                ? new(
                    Text(witness, "path"),
                    witness.TryGetProperty("size", out JsonElement size) ? size.GetInt64() : null,
                    witness.TryGetProperty("was", out JsonElement was) ? was.GetString() : null,
                    witness.TryGetProperty("append", out JsonElement append) && append.GetBoolean())
                : null);

        private static string Text(JsonElement json, string member) =>
            json.GetProperty(member).GetString() ?? throw new JsonException($"the member '{member}' is null");

        private void Write(Utf8JsonWriter writer)
        {
            writer.WriteStartObject();
            writer.WriteString("id", BatchId);
            writer.WriteString("parent", Parent);
            if (Data is { } data)
                writer.WriteString("data", data);
            writer.WritePropertyName("before");
            Before.Write(writer);
            writer.WritePropertyName("after");
            After.Write(writer);
            if (Witness is { } witness)
            {
                writer.WriteStartObject("witness");
                writer.WriteString("path", witness.Path);
                if (witness.Size is { } size)
                    writer.WriteNumber("size", size);
                if (witness.Was is { } was)
                    writer.WriteString("was", was);
                if (witness.IsAppend)
                    writer.WriteBoolean("append", true);
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        }
    }

    /// <summary>Reads a commit's description.</summary>
    /// <param name="text">The description.</param>
    /// <param name="commit">The commit, for messages.</param>
    /// <returns>What a spout wrote; null for anybody else's commit.</returns>
    /// <exception cref="SpoutConfigurationException">A later version of the framework wrote it, or it is damaged.</exception>
    public static CommitDescription? Parse(string text, string commit)
    {
        if (!text.StartsWith(Family, StringComparison.Ordinal))
            return null;
        if (!text.StartsWith(Prefix, StringComparison.Ordinal))
        {
            throw new SpoutConfigurationException(
                $"The commit {commit} carries a ledger of a newer version ({text.AsSpan(0, Math.Min(text.Length, 12))}…). "
                + "Run a version of Spouts that is at least as new as the one that wrote it.");
        }

        int start = text.IndexOf('{', StringComparison.Ordinal);
        ReadOnlySpan<char> form = text.AsSpan(Prefix.Length);
        if (form.SequenceEqual(NothingForm))
            return new Nothing();
        try
        {
            using JsonDocument json = JsonDocument.Parse(text.AsMemory(start < 0 ? text.Length : start));
            if (form.StartsWith("#"))
                return new Final(Ledger.From(json.RootElement));
            if (form.StartsWith(VoidForm))
                return Void.From(form[..(start - Prefix.Length)], json.RootElement);
            if (form.StartsWith(PendingForm))
                return Pending.From(json.RootElement);
            throw new JsonException("it has none of the four known forms");
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or ArgumentException)
        {
            throw new SpoutConfigurationException(
                $"The ledger in the description of commit {commit} cannot be read ({wrong.Message}). Somebody changed it by hand, "
                + "or another program writes descriptions that begin with 'spouts/'. To go on from the ledger before it, squash that commit, which keeps its data: "
                + $"{Repair(commit, Pachctl.SquashCommit)}. The head of the branch cannot be squashed; drop it, with its data: {Repair(commit, Pachctl.DropCommit)}. "
                + "To drop a commit below the head, drop those above it first, from the head down.",
                wrong);
        }
    }

    // A commit is named as people write it, project/repo@id; in tests it may be less.
    private static string Repair(string commit, Func<string, string, string, string> command) =>
        commit.Split('/', '@') is [var project, var repo, var id] ? command(project, repo, id) : command("PROJECT", "REPO", commit);
}
