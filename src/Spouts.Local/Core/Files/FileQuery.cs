namespace Spouts.Local.Core.Files;

/// <summary>Which files of a commit or file set are wanted.</summary>
internal sealed record FileQuery
{
    /// <summary>Only paths that begin with it; directories above it are not shown.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>Only files of this datum; empty: of any.</summary>
    public string Datum { get; init; } = "";

    /// <summary>Only paths at or after it.</summary>
    public string? Lower { get; init; }

    /// <summary>Only paths before it; empty: no bound. Sizes of directories are not cut by it.</summary>
    public string Upper { get; init; } = "";

    public Func<string, bool> Matches { get; init; } = _ => true;

    /// <summary>Everything below a directory that matches counts as matching.</summary>
    public bool WholeDirectories { get; init; }
}
