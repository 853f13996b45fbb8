namespace Spouts.Local.Core;

/// <summary>Names a branch.</summary>
internal sealed record BranchRef(RepoRef Repo, string Name)
{
    public string Key => $"{Repo.Key}@{Name}";

    public override string ToString() => $"{Repo}@{Name}";
}
