using System.Text.Json.Nodes;

namespace Spouts.Commands;

/// <summary>What an operator changes in a ledger.</summary>
internal abstract record StateChange
{
    /// <summary>The cursors of a source become these.</summary>
    /// <param name="Source">The source.</param>
    /// <param name="Cursors">Its cursors.</param>
    /// <param name="IsForced">Whether they may be other ones than the program, or the ledger, has.</param>
    internal sealed record Set(string Source, JsonObject Cursors, bool IsForced = false) : StateChange;

    /// <summary>A source, or all of them where none is named, has never run.</summary>
    internal sealed record Reset(string? Source) : StateChange;

    /// <summary>A cursor of a source was never saved.</summary>
    internal sealed record ResetCursor(string Source, string Cursor) : StateChange;

    /// <summary>All that is kept of a source is that of one of another name.</summary>
    /// <param name="Former">The name that the ledger has.</param>
    /// <param name="Name">The name that the program has.</param>
    /// <param name="IsForced">Whether <paramref name="Former"/> may still be a source of the program, or <paramref name="Name"/> have begun.</param>
    internal sealed record Rename(string Former, string Name, bool IsForced = false) : StateChange;

    /// <summary>The value of a cursor is that of one of another name.</summary>
    /// <param name="Source">Their source.</param>
    /// <param name="Former">The name that the ledger has.</param>
    /// <param name="Name">The name that the program has.</param>
    /// <param name="IsForced">Whether the program need not agree, or <paramref name="Name"/> may have a value.</param>
    internal sealed record RenameCursor(string Source, string Former, string Name, bool IsForced = false) : StateChange;

    /// <summary>Everything becomes as it was at a commit, but for the files.</summary>
    /// <param name="Commit">The commit's id.</param>
    /// <param name="IsForced">Whether a source may not find its cursors in it.</param>
    internal sealed record Rewind(string Commit, bool IsForced = false) : StateChange;

    /// <summary>The schedule of a source stands still, or goes on.</summary>
    internal sealed record Pause(string Source, bool IsPaused) : StateChange;

    /// <summary>A source runs once, as soon as it can.</summary>
    internal sealed record RunNow(string Source) : StateChange;

    /// <summary>What was due for a source in a span of time, both ends included, runs.</summary>
    internal sealed record Backfill(string Source, DateTimeOffset From, DateTimeOffset To) : StateChange;

    /// <summary>What is left of a source's backfill does not run.</summary>
    internal sealed record CancelBackfill(string Source) : StateChange;
}
