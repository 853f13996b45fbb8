using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Spouts.Files;
using Spouts.Ledgers;
using Spouts.Scheduling;

namespace Spouts.Commands;

/// <summary>
/// What the program prints on standard output: where its commits can be read, and a line for each. Logs go to standard error.
/// </summary>
internal sealed class ProgramOutput(TextWriter writer, bool json, TimeProvider time) : ICommitObserver, IRehearsalObserver
{
    private readonly Lock _line = new();

    public void OnLocal(string address, IEnumerable<string> branches)
    {
        if (json)
        {
            WriteJson(line =>
            {
                line.WriteString("event", "local");
                line.WriteString("pachd", address);
            });
            return;
        }

        WriteLine($"local pachd   {address}   (for development; any Pachyderm client can read there)");
        foreach (string branch in branches)
            WriteLine($"              PACHD_ADDRESS={address} pachctl list commit {branch}");
    }

    public void OnCommitted(string spout, string commitId, Ledger ledger, SourceEntry entry)
    {
        if (!json)
        {
            WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{time.GetLocalNow():HH:mm:ss}  {spout}  {commitId}  {ledger.Files} {(ledger.Files == 1 ? "file" : "files")}  {ByteSize.Format(ledger.Bytes)}  cursor {entry.Cursors ?? "-"}"));
            return;
        }

        WriteJson(line =>
        {
            line.WriteString("event", "commit");
            line.WriteString("spout", spout);
            line.WriteString("commit", commitId);
            line.WriteNumber("number", ledger.Number);
            line.WriteNumber("files", ledger.Files);
            line.WriteNumber("bytes", ledger.Bytes);
            WriteCursors(line, entry);
        });
    }

    public void OnFile(string spout, string source, string path, FileChange change, long bytes)
    {
        string what = change switch
        {
            FileChange.Append => "append",
            FileChange.Delete => "delete",
            _ => "replace",
        };
        if (!json)
        {
            WriteLine($"{spout}/{source}  would {what}  {path}{(change is FileChange.Delete ? "" : "  " + ByteSize.Format(bytes))}");
            return;
        }

        WriteJson(line =>
        {
            line.WriteString("event", "file");
            line.WriteString("spout", spout);
            line.WriteString("source", source);
            line.WriteString("change", what);
            line.WriteString("path", path);
            line.WriteNumber("bytes", bytes);
        });
    }

    public void OnEnd(string spout, string source, SourceEntry entry)
    {
        if (!json)
        {
            WriteLine($"{spout}/{source}  cursor {entry.Cursors ?? "-"}; nothing was committed");
            return;
        }

        WriteJson(line =>
        {
            line.WriteString("event", "rehearsed");
            line.WriteString("spout", spout);
            line.WriteString("source", source);
            WriteCursors(line, entry);
        });
    }

    /// <summary>Prints one thing: as text for people, or as a line of JSON; null for nothing there.</summary>
    public void Tell(string text, Action<Utf8JsonWriter>? members)
    {
        if (!json)
            WriteLine(text);
        else if (members is not null)
            WriteJson(members);
    }

    private static void WriteCursors(Utf8JsonWriter line, SourceEntry entry)
    {
        line.WritePropertyName("cursor");
        if (entry.Cursors is { } cursors)
            line.WriteRawValue(cursors);
        else
            line.WriteNullValue();
    }

    private void WriteJson(Action<Utf8JsonWriter> members)
    {
        ArrayBufferWriter<byte> buffer = new(256);
        using (Utf8JsonWriter line = new(buffer))
        {
            line.WriteStartObject();
            members(line);
            line.WriteEndObject();
        }

        WriteLine(Encoding.UTF8.GetString(buffer.WrittenSpan));
    }

    private void WriteLine(string line)
    {
        lock (_line)
        {
            writer.WriteLine(line);
            writer.Flush();
        }
    }
}
