namespace Spouts.Cursors;

/// <summary>A cursor as one run of its source has it, whatever its type.</summary>
internal interface IRunCursor
{
    /// <summary>Its name in the ledger.</summary>
    string Name { get; }

    /// <summary>Whether a file of the run has carried it; then only such files move it.</summary>
    bool IsCarried { get; }

    /// <summary>Its value as the run began, as JSON; null where no run has ever set it.</summary>
    string? Begin { get; }

    /// <summary>Its value as JSON; null where no run has ever set it and it is as it was at first.</summary>
    string? Write();
}
