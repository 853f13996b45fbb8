using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Spouts.Ledgers;
using Spouts.Scheduling;

namespace Spouts.Hosting;

/// <summary>
/// What the program prints on standard output: where its commits can be read, and a line for each. Logs go to standard error.
/// </summary>
internal sealed class ProgramOutput(TextWriter writer, bool json, TimeProvider time) : ICommitObserver
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
        string? cursors = entry.Cursors;
        if (!json)
        {
            WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{time.GetLocalNow():HH:mm:ss}  {spout}  {commitId}  {ledger.Files} {(ledger.Files == 1 ? "file" : "files")}  {ByteSize.Format(ledger.Bytes)}  cursor {cursors ?? "-"}"));
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
            line.WritePropertyName("cursor");
            if (cursors is null)
                line.WriteNullValue();
            else
                line.WriteRawValue(cursors);
        });
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
