using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Spouts.Ledgers;

/// <summary>
/// The description of a commit as a spout writes it, in one of three forms. <c>pachctl list commit</c> shows it, and every
/// reader of the repo can read it.
/// </summary>
internal abstract record CommitDescription
{
    /// <summary>Above this many characters a ledger earns a warning.</summary>
    public const int LargeLedger = 4 * 1024;

    /// <summary>Above this many characters a ledger is refused.</summary>
    public const int LargestLedger = 64 * 1024;

    /// <summary>Of a commit that was opened too late to take its batch: nobody's ledger, so that it counts for nothing.</summary>
    public const string Late = "empty: when a spout opened it, the head was no longer the commit that it was to stand on";

    private const string Family = "spouts/";
    private const string Prefix = Family + "1 ";

    /// <summary>A batch and its ledger, published.</summary>
    internal sealed record Final(Ledger Ledger) : CommitDescription
    {
        public override string ToString() => string.Create(CultureInfo.InvariantCulture,
            $"{Prefix}#{Ledger.Number} {Ledger.Files} {(Ledger.Files == 1 ? "file" : "files")} {ByteSize.Format(Ledger.Bytes)} {Ledger.ToJson()}");
    }

    /// <summary>State without data.</summary>
    internal sealed record Void(Ledger Ledger) : CommitDescription
    {
        public override string ToString() => string.Create(CultureInfo.InvariantCulture,
            $"{Prefix}void #{Ledger.Number} {Ledger.ToJson()}");
    }

    /// <summary>
    /// A commit that was opened for a batch; whether the batch got into it, its witness tells. Whether it stood on the parent that it names, and
    /// that one was squashed into it, or was dropped before, the size of the parent tells.
    /// </summary>
    internal sealed record Pending(string BatchId, string Parent, long? ParentSize, Ledger Before, Ledger After, Witness? Witness) : CommitDescription
    {
        public override string ToString()
        {
            ArrayBufferWriter<byte> buffer = new(512);
            using (Utf8JsonWriter writer = new(buffer))
                Write(writer);
            return $"{Prefix}pending {Encoding.UTF8.GetString(buffer.WrittenSpan)}";
        }

        public static Pending From(JsonElement json) => new(
            Text(json, "id"),
            Text(json, "parent"),
            json.TryGetProperty("size", out JsonElement parentSize) ? parentSize.GetInt64() : null,
            Ledger.From(json.GetProperty("before")),
            Ledger.From(json.GetProperty("after")),
            json.TryGetProperty("witness", out JsonElement witness) && witness.ValueKind is not JsonValueKind.Null
                ? new(
                    Text(witness, "path"),
                    witness.TryGetProperty("size", out JsonElement size) ? size.GetInt64() : null,
                    witness.TryGetProperty("was", out JsonElement was) ? was.GetString() : null)
                : null);

        private static string Text(JsonElement json, string member) =>
            json.GetProperty(member).GetString() ?? throw new JsonException($"the member '{member}' is null");

        private void Write(Utf8JsonWriter writer)
        {
            writer.WriteStartObject();
            writer.WriteString("id", BatchId);
            writer.WriteString("parent", Parent);
            if (ParentSize is { } parentSize)
                writer.WriteNumber("size", parentSize);
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
        try
        {
            using JsonDocument json = JsonDocument.Parse(text.AsMemory(start < 0 ? text.Length : start));
            if (form.StartsWith("#"))
                return new Final(Ledger.From(json.RootElement));
            if (form.StartsWith("void "))
                return new Void(Ledger.From(json.RootElement));
            if (form.StartsWith("pending "))
                return Pending.From(json.RootElement);
            throw new JsonException("it has none of the three known forms");
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
