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

    /// <summary>
    /// Whether it was assigned any other value since the last cut, even if it has come back to it. What was changed in place only its JSON shows.
    /// </summary>
    bool HasLeft { get; }

    /// <summary>A file was taken, and the source waits.</summary>
    void Mark();

    /// <summary>The run is cut behind the file that was taken last; the source may already be looking for the next.</summary>
    void Cut();

    /// <summary>Its value as JSON; null where no run has ever set it and it is as it was at first.</summary>
    string? Write();
}
