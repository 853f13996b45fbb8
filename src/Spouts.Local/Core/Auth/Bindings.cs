using Spouts.Local.Store;
using Spouts.Pachyderm.Protos.Auth;

namespace Spouts.Local.Core.Auth;

/// <summary>The rules of role bindings: who has which roles on a resource.</summary>
internal static class Bindings
{
    private static readonly string[] s_prefixes = ["pipeline:", "internal:", "robot:", "pach:", "user:", "group:"];

    /// <summary>Binds a new resource, its maker being the owner; does nothing while auth is off.</summary>
    /// <returns>False: the resource had a binding, which stays as it was.</returns>
    public static bool Own(Change change, ResourceRef resource, string role)
    {
        if (!AuthState.IsActive(change.Tx))
            return true;
        if (!change.Tx.InsertBinding(resource.Kind, resource.Name))
            return false;
        if (change.Caller.Subject is { } maker)
            change.Tx.SetRoles(resource.Kind, resource.Name, maker, [role]);
        return true;
    }

    public static void Remove(Change change, ResourceRef resource) => change.Tx.DeleteBinding(resource.Kind, resource.Name);

    /// <summary>Gives a subject roles, in place of those it had; a caller who may not is refused.</summary>
    public static void Modify(Change change, ResourceRef resource, string subject, IReadOnlyList<string> roles)
    {
        CheckSubject(subject);
        if (subject.StartsWith("pach:", StringComparison.Ordinal) && resource.Type == ResourceType.Cluster)
            throw new PachException("cannot modify cluster role bindings for pach: users");
        Access.Require(change.Tx, change.Caller, resource, resource.Type switch
        {
            ResourceType.Cluster => Permission.ClusterModifyBindings,
            ResourceType.Project => Permission.ProjectModifyBindings,
            ResourceType.Repo => Permission.RepoModifyBindings,
            _ => throw new PachException($"unknown resource type {ProtoName.Of(resource.Type)}"),
        });
        Set(change, resource, subject, roles);
    }

    /// <summary>Gives a subject roles without asking who calls.</summary>
    public static void Set(Change change, ResourceRef resource, string subject, IReadOnlyList<string> roles)
    {
        foreach (string role in roles)
            Roles.Get(role);
        if (!change.Tx.HasBinding(resource.Kind, resource.Name))
            throw AuthErrors.NoBinding(resource);
        change.Tx.SetRoles(resource.Kind, resource.Name, subject, roles);
    }

    private static void CheckSubject(string subject)
    {
        if (subject == Evaluation.Everybody)
            return;
        int colon = subject.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0)
            throw new PachException("subject has no prefix, must be of the form <type>:<name>");
        if (!s_prefixes.Contains(subject[..(colon + 1)]))
            throw new PachException($"subject has unrecognized prefix: {subject[..(colon + 1)]}");
    }
}
