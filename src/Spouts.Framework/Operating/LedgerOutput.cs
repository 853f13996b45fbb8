using System.Globalization;
using System.Text.Json;
using Spouts.Commands;
using Spouts.Files;
using Spouts.Ledgers;
using Spouts.Pachyderm;

namespace Spouts.Operating;

/// <summary>Ledgers as <c>state</c> and <c>schedule</c> print them.</summary>
internal static class LedgerOutput
{
    /// <summary>Prints a ledger, a line for each source.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="spout">The spout.</param>
    /// <param name="ledger">The ledger.</param>
    /// <param name="commit">The commit that carries it; empty where none does.</param>
    /// <param name="when">Whether it is the one before or after a change; null where there is none.</param>
    public static void Print(ProgramOutput output, string spout, Ledger ledger, string commit, string? when)
    {
        string title = when is null ? "" : $"{when}: ";
        output.Tell(
            ledger.BatchId.Length == 0
                ? $"{title}{spout}  nothing was committed yet"
                : string.Join(Environment.NewLine, ledger.Sources.Select(static source => Line(source.Key, source.Value))
                    .Prepend($"{title}{spout}  #{ledger.Number}{(commit.Length == 0 ? "" : $"  {commit}")}")),
            line =>
            {
                line.WriteString("event", "state");
                if (when is not null)
                    line.WriteString("when", when);
                line.WriteString("spout", spout);
                line.WriteString("commit", commit);
                line.WriteNumber("number", ledger.Number);
                WriteSources(line, ledger, static entry => entry.Json);
            });
    }

    /// <summary>Prints a commit with its ledger.</summary>
    public static void Print(ProgramOutput output, string spout, CommitView commit, Ledger ledger) => output.Tell(
        string.Join("  ", ledger.Sources.Select(static source => $"{source.Key} {source.Value.Cursors ?? "-"}").Prepend(
            string.Create(CultureInfo.InvariantCulture,
                $"{spout}  #{ledger.Number}  {commit.Finishing:u}  {commit.Id}  {ledger.Files} {(ledger.Files == 1 ? "file" : "files")}  {ByteSize.Format(ledger.Bytes)}"))),
        line =>
        {
            line.WriteString("event", "log");
            line.WriteString("spout", spout);
            line.WriteString("commit", commit.Id);
            line.WriteNumber("number", ledger.Number);
            if (commit.Finishing is { } time)
                line.WriteString("time", time);
            line.WriteNumber("files", ledger.Files);
            line.WriteNumber("bytes", ledger.Bytes);
            WriteSources(line, ledger, static entry => entry.Cursors ?? "{}");
        });

    private static string Line(string source, SourceEntry entry)
    {
        string line = $"  {source}  cursor {entry.Cursors ?? "-"}  due {entry.Due?.ToString("u") ?? "-"}  batch {entry.Number?.ToString(CultureInfo.InvariantCulture) ?? "-"}";
        if (entry.IsPaused)
            line += "  paused";
        if (entry.Asked is { } asked)
            line += $"  asked to run at {asked:u}";
        if (entry.Backfill is { } backfill)
            line += $"  backfill {backfill.From:u} to {backfill.To:u}: {backfill.Done} of {backfill.Total} done";
        if (entry.Wait is { } until && until > DateTimeOffset.UtcNow)
            line += $"  waits until {until:u}";
        return entry.IsDone ? line + "  done" : line;
    }

    private static void WriteSources(Utf8JsonWriter line, Ledger ledger, Func<SourceEntry, string> json)
    {
        line.WriteStartObject("sources");
        foreach ((string name, SourceEntry entry) in ledger.Sources)
        {
            line.WritePropertyName(name);
            line.WriteRawValue(json(entry));
        }

        line.WriteEndObject();
    }
}
