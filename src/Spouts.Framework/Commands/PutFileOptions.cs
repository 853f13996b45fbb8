using System.Text.Json.Nodes;

namespace Spouts.Commands;

/// <summary>What <c>put file</c> was asked to put, in the grammar of <c>pachctl put file</c> without a repo.</summary>
/// <param name="Target">Where to; null for the names of the sources.</param>
/// <param name="Sources">Files, folders, URLs, or <c>-</c> for standard input.</param>
internal sealed record PutFileOptions(string? Target, IReadOnlyList<string> Sources)
{
    /// <summary>What lists the sources instead, one a line: a file, a URL, or <c>-</c> for standard input.</summary>
    public string? SourceList { get; init; }

    /// <summary>The project that the repo is meant to be in; null where none was named.</summary>
    public string? Project { get; init; }

    /// <summary>Take everything below a folder.</summary>
    public bool IsRecursive { get; init; }

    /// <summary>Add to what is there instead of replacing it.</summary>
    public bool IsAppended { get; init; }

    /// <summary>Keep the whole path of a source and not its last name only.</summary>
    public bool IsFullPath { get; init; }

    /// <summary>Take tar archives apart.</summary>
    public bool IsUntarred { get; init; }

    /// <summary>What the ledger keeps with the files, for the next run to read; null to leave it as it is.</summary>
    public JsonObject? Cursor { get; init; }
}
