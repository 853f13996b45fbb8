using System.Globalization;
using Spouts.Chaos.Faults;
using Spouts.Chaos.Sources;

namespace Spouts.Chaos;

/// <summary>What a run of the harness does. The same seed draws the same faults; what they hit, the machine decides.</summary>
internal sealed record ChaosPlan
{
    public required ChaosForm Form { get; init; }

    public required int Seed { get; init; }

    /// <summary>How many faults are drawn.</summary>
    public int Draws { get; init; }

    /// <summary>The faults that strike before those that are drawn.</summary>
    public IReadOnlyList<Fault> Faults { get; init; } = [];

    /// <summary>Turns Pachyderm's auth on.</summary>
    public bool Auth { get; init; }

    /// <summary>Lets the spout acknowledge its source before the commit, which must lose data.</summary>
    public bool AcknowledgeEarly { get; init; }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Form}{(Auth ? " with auth" : "")}, {(Faults.Count > 0 ? string.Join(", ", Faults) : $"{Draws} faults")}, seed {Seed}");
}
