using System.Globalization;

namespace Spouts.Chaos;

/// <summary>What a run of the harness does. The same seed draws the same kills; what they hit, the machine decides.</summary>
public sealed record ChaosPlan
{
    public required ChaosForm Form { get; init; }

    public required int Seed { get; init; }

    /// <summary>The number of files or lines.</summary>
    public int Items { get; init; } = 2000;

    /// <summary>The most of them in one batch.</summary>
    public int Batch { get; init; } = 5;

    /// <summary>How often a process is killed.</summary>
    public int Kills { get; init; } = 100;

    /// <summary>Lets the spout acknowledge its source before the commit, which must lose data.</summary>
    public bool AcknowledgeEarly { get; init; }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Form}, seed {Seed}, {Items} items, at most {Batch} a batch, {Kills} kills{(AcknowledgeEarly ? ", acknowledged before the commit" : "")}");
}
