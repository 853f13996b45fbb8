using System.Globalization;
using System.Text;
using Spouts.Ledgers;
using Spouts.Testing;

namespace Spouts.Chaos.Sources;

/// <summary>A log of numbered lines that grows. The spout reads it from a cursor and appends it to one file.</summary>
internal sealed class LineSource(string spout) : NumberedSource(spout)
{
    /// <summary>The file that the lines go into.</summary>
    public const string LogPath = "/log";

    public override string AppendsTo => LogPath;

    public override async Task<string?> CompareAsync(SourceEntry entry, SpoutRepo repo, string commit, CancellationToken cancellation)
    {
        int next = Next(entry);
        long found = (await repo.FindFileAsync(commit, LogPath, cancellation))?.SizeBytes ?? 0;
        return found == Size(next) ? null : $"the ledger of {commit} says {next} lines, which are {Size(next)} bytes; /log has {found}";
    }

    public override void Compare(IReadOnlyDictionary<string, byte[]> files, ChaosFindings findings)
    {
        string[] lines = Encoding.ASCII.GetString(files.GetValueOrDefault(LogPath, [])).Split('\n')[..^1];
        Dictionary<string, int> seen = lines.CountBy(line => line).ToDictionary(StringComparer.Ordinal);
        string[] sent = [.. Enumerable.Range(0, Items).Select(line => line.ToString(CultureInfo.InvariantCulture))];
        findings.Lost.AddRange(sent.Where(line => !seen.ContainsKey(line)).Select(line => $"line {line}"));
        findings.Doubled.AddRange(seen.Where(line => line.Value > 1).Select(line => $"line {line.Key}, {line.Value} times"));
        findings.Doubled.AddRange(seen.Keys.Except(sent).Select(line => $"line '{line}', which was never sent"));
        if (!lines.Distinct().Intersect(sent).SequenceEqual(sent.Where(seen.ContainsKey)))
            findings.Reordered.Add("the lines are not in the order of the log");
    }

    private static long Size(int lines)
    {
        long size = 0;
        for (long from = 0, to = 10, length = 2; from < lines; from = to, to *= 10, length++)
            size += (Math.Min(to, lines) - from) * length;
        return size;
    }
}
