namespace Spouts.Commands;

/// <summary>What the command line asked for.</summary>
/// <param name="Verb">What to do.</param>
/// <param name="Json">Print machine-readable lines.</param>
/// <param name="Context">The pachctl context that was asked for by name; null where none was.</param>
internal sealed record ProgramOptions(Verb Verb, bool Json, string? Context)
{
    /// <summary>The spout that is meant; null where the program has one only, or all are.</summary>
    public string? Spout { get; init; }

    /// <summary>What <see cref="Verb.State"/> changes; null where it only prints.</summary>
    public StateChange? Change { get; init; }

    /// <summary>What <see cref="Verb.PutFile"/> puts where.</summary>
    public PutFileOptions? Files { get; init; }
}
