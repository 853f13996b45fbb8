namespace Spouts.Commands;

/// <summary>What the command line asked for.</summary>
/// <param name="Verb">What to do.</param>
/// <param name="Json">Print machine-readable lines.</param>
/// <param name="Context">The pachctl context that was asked for by name; null where none was.</param>
internal sealed record ProgramOptions(Verb Verb, bool Json, string? Context)
{
    /// <summary>The spout that is meant; null where the program has one only, or all are.</summary>
    public string? Spout { get; init; }

    /// <summary>What <see cref="Verb.State"/> or <see cref="Verb.Schedule"/> changes; null where it only prints.</summary>
    public StateChange? Change { get; init; }

    /// <summary>Only show what the change would make of the ledger.</summary>
    public bool IsPreview { get; init; }

    /// <summary>Whether the change was confirmed beforehand.</summary>
    public bool IsConfirmed { get; init; }

    /// <summary>How many commits <see cref="Verb.StateLog"/> prints.</summary>
    public int MaxCommits { get; init; }

    /// <summary>What <see cref="Verb.PutFile"/> puts where.</summary>
    public PutFileOptions? Files { get; init; }
}
