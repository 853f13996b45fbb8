namespace Spouts.Hosting;

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
}
