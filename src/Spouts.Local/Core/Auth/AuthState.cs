using Spouts.Local.Core.Metadata;
using Spouts.Local.Store;

namespace Spouts.Local.Core.Auth;

/// <summary>Whether auth is on, and turning it on and off.</summary>
internal static class AuthState
{
    public const string Root = "pach:root";
    private const string Internal = "internal:auth-server";

    public static bool IsActive(Tx tx) => tx.HasBinding(ResourceRef.Cluster.Kind, ResourceRef.Cluster.Name);

    /// <summary>Turns auth on; nothing but the cluster has a binding yet.</summary>
    /// <returns>The token of the root user: the given one, or a new one when that is empty.</returns>
    public static string Activate(Change change, string rootToken)
    {
        if (IsActive(change.Tx))
            throw AuthErrors.AlreadyActivated();
        ResourceRef cluster = ResourceRef.Cluster;
        change.Tx.InsertBinding(cluster.Kind, cluster.Name);
        change.Tx.SetRoles(cluster.Kind, cluster.Name, Root, [Roles.ClusterAdmin]);
        change.Tx.SetRoles(cluster.Kind, cluster.Name, Internal, [Roles.ClusterAdmin]);
        change.Tx.SetRoles(cluster.Kind, cluster.Name, Evaluation.Everybody, [Roles.ProjectCreator]);
        return KeepRoot(change, rootToken);
    }

    /// <summary>Makes bindings for the projects and repos that are older than auth; everybody may write into the default project.</summary>
    public static void BindExisting(Change change)
    {
        foreach (ProjectRow project in change.Tx.Projects())
        {
            ResourceRef resource = ResourceRef.Project(project.Name);
            if (change.Tx.InsertBinding(resource.Kind, resource.Name) && project.Name == Names.DefaultProject)
                change.Tx.SetRoles(resource.Kind, resource.Name, Evaluation.Everybody, [Roles.ProjectWriter]);
        }

        foreach (RepoRow repo in change.Tx.Repos(null, null))
        {
            ResourceRef resource = ResourceRef.Repo(repo.Ref());
            change.Tx.InsertBinding(resource.Kind, resource.Name);
        }
    }

    /// <summary>Replaces the token of the root user.</summary>
    public static string RotateRoot(Change change, string rootToken)
    {
        change.Tx.DeleteTokensOf(Root);
        return KeepRoot(change, rootToken);
    }

    /// <summary>Turns auth off and forgets every token and binding.</summary>
    public static void Deactivate(Change change) => change.Tx.DeleteAllAuth();

    private static string KeepRoot(Change change, string token)
    {
        if (token.Length == 0)
            return Tokens.Issue(change, Root);
        Tokens.Keep(change, token, Root);
        return token;
    }
}
