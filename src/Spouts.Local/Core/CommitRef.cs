namespace Spouts.Local.Core;

/// <summary>Names a commit that exists. <paramref name="Branch"/> is the branch it was made on, if that still exists.</summary>
internal sealed record CommitRef(RepoRef Repo, string Id, string? Branch)
{
    public string Key => $"{Repo.Key}@{Id}";

    public override string ToString() => $"{Repo}@{Id}";
}
