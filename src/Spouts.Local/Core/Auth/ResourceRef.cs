using Spouts.Pachyderm.Protos.Auth;

namespace Spouts.Local.Core.Auth;

/// <summary>Names what roles are given on: the cluster, a project, a repo.</summary>
internal sealed record ResourceRef(ResourceType Type, string Name)
{
    public static ResourceRef Cluster { get; } = new(ResourceType.Cluster, "");

    public int Kind => (int)Type;

    public static ResourceRef Project(string name) => new(ResourceType.Project, name);

    /// <summary>Spec repos have roles of their own; a meta repo shares those of its pipeline's output repo.</summary>
    public static ResourceRef Repo(RepoRef repo)
        => new(repo.Type == RepoRef.Spec ? ResourceType.SpecRepo : ResourceType.Repo, $"{repo.Project}/{repo.Name}");

    public override string ToString() => $"{ProtoName.Of(Type)} {Name}";
}
