using System.Globalization;
using Spouts.Chaos.Sources;

namespace Spouts.Chaos;

/// <summary>What came of a run.</summary>
internal sealed record ChaosReport
{
    public required ChaosPlan Plan { get; init; }

    /// <summary>How many faults struck, by class.</summary>
    public required IReadOnlyDictionary<string, int> Struck { get; init; }

    public required ChaosFindings Findings { get; init; }

    public required int Items { get; init; }

    public required int Commits { get; init; }

    /// <summary>Batches in commits that count.</summary>
    public required int Batches { get; init; }

    /// <summary>Commits that were not finished by whoever opened them, so that a recovery had to judge them.</summary>
    public required int Interrupted { get; init; }

    /// <summary>Commits that a process wrote a batch to, and whose provenance was compared with its version.</summary>
    public required int Compared { get; init; }

    public required int Processes { get; init; }

    /// <summary>How often processes ended by themselves, by exit code.</summary>
    public required IReadOnlyDictionary<int, int> Exits { get; init; }

    public required TimeSpan Duration { get; init; }

    public bool IsExact => Findings.IsEmpty;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"""
        {Plan}: {Struck.Values.Sum()} faults in {Duration.TotalSeconds:0} s, {Processes} processes ({Ends()}), {Commits} commits, {Interrupted} of them cut short, {Compared} provenances compared, {Batches} batches that count, {Items} items: {Findings}
        """);

    private string Ends() => Exits.Count == 0 ? "none ended by itself" : string.Join(", ", Exits.Select(exit => $"exit code {exit.Key}: {exit.Value}"));
}
