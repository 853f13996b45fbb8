namespace Spouts.Local.Core;

/// <summary>A commit as a caller names it: by id, by branch, with or without an ancestry suffix.</summary>
internal sealed record CommitHandle(RepoRef Repo, string Id, string? Branch)
{
    /// <summary>The virtual repo through which file sets are read; the commit id is the file set's.</summary>
    public const string FileSetsRepo = "__filesets__";

    public bool IsFileSet => Repo.Name == FileSetsRepo;

    public override string ToString()
        => (Id.Length == 0 || Id[0] is '.' or '^' or '~') && !string.IsNullOrEmpty(Branch) ? $"{Repo}@{Branch}{Id}" : $"{Repo}@{Id}";
}
