using System.Globalization;
using System.Text;

namespace Spouts.Chaos;

/// <summary>What arrived, compared with the source byte by byte, and what the commits say.</summary>
public sealed record ChaosReport
{
    public required ChaosPlan Plan { get; init; }

    /// <summary>Kills of the spout and of the pachd.</summary>
    public required int SpoutKills { get; init; }

    public required int PachdKills { get; init; }

    /// <summary>Items of the source that are not in the repo.</summary>
    public required IReadOnlyList<string> Lost { get; init; }

    /// <summary>Items that are in the repo more than once, or that the source never had.</summary>
    public required IReadOnlyList<string> Doubled { get; init; }

    /// <summary>Items whose bytes differ, or that came in another order.</summary>
    public required IReadOnlyList<string> Wrong { get; init; }

    /// <summary>Commits that nobody has finished.</summary>
    public required IReadOnlyList<string> Open { get; init; }

    /// <summary>Batch ids that are in more than one commit that counts, or numbers that are missing between them.</summary>
    public required IReadOnlyList<string> BatchFaults { get; init; }

    public required int Commits { get; init; }

    public required int Batches { get; init; }

    /// <summary>Commits that a kill left open and a recovery had to judge.</summary>
    public required int Interrupted { get; init; }

    public required TimeSpan Duration { get; init; }

    public bool IsExact => Lost.Count + Doubled.Count + Wrong.Count + Open.Count + BatchFaults.Count == 0;

    public override string ToString()
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture,
            $"{Plan}: {SpoutKills} kills of the spout, {PachdKills} of the pachd, {Commits} commits, {Interrupted} of them cut short, {Batches} batches that count, {Duration.TotalSeconds:0} s: ");
        text.Append(CultureInfo.InvariantCulture,
            $"{Lost.Count} lost, {Doubled.Count} doubled, {Wrong.Count} wrong, {Open.Count} left open, {BatchFaults.Count} batch faults");
        foreach (string fault in Lost.Concat(Doubled).Concat(Wrong).Concat(Open).Concat(BatchFaults).Take(20))
            text.Append("\n  ").Append(fault);
        return text.ToString();
    }
}
