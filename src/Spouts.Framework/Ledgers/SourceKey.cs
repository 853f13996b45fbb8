namespace Spouts.Ledgers;

/// <summary>Where the ledger keeps what it knows of a source.</summary>
/// <param name="Name">The source's name.</param>
/// <param name="FormerName">The name that it had before; what is kept under it moves over with the source's next commit.</param>
internal sealed record SourceKey(string Name, string? FormerName = null)
{
    /// <summary>Where <c>put file</c> keeps its cursors: no source of any program.</summary>
    public static SourceKey PutFile { get; } = new("put-file");

    /// <summary>The names of its cursors; null where they are not known.</summary>
    public IReadOnlyList<string>? Cursors { get; init; }

    /// <summary>Its cursors that had other names before, each with that name.</summary>
    public IReadOnlyList<(string Name, string FormerName)> RenamedCursors { get; init; } = [];
}
