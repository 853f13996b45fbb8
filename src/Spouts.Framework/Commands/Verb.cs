namespace Spouts.Commands;

/// <summary>What the program was asked to do.</summary>
internal enum Verb
{
    /// <summary>Run the sources again and again.</summary>
    Run,

    /// <summary>Run each source once, then end.</summary>
    Once,

    /// <summary>Run each source once and print what it would commit.</summary>
    DryRun,

    /// <summary>Print the pipeline specs.</summary>
    Spec,

    /// <summary>Print the ledger, or change it.</summary>
    State,

    /// <summary>Print the commits that carry a ledger.</summary>
    StateLog,

    /// <summary>Change what a schedule does.</summary>
    Schedule,

    /// <summary>Say whether everything that a spout needs is there.</summary>
    Doctor,

    /// <summary>Publish files of this machine.</summary>
    PutFile,
}
