using Spouts.Local.Store;
using Spouts.Pachyderm.Protos.Auth;

namespace Spouts.Local.Core.Auth;

/// <summary>Checks that a caller may do what it asks for. While auth is off everybody may do everything.</summary>
internal static class Access
{
    /// <exception cref="PachException">The caller lacks a permission, or nobody could tell.</exception>
    public static void Require(this Change change, RepoRef repo, params Permission[] permissions)
        => Require(change.Tx, change.Caller, ResourceRef.Repo(repo), permissions);

    /// <inheritdoc cref="Require(Change, RepoRef, Permission[])"/>
    public static void Require(Tx tx, Caller caller, RepoRef repo, params Permission[] permissions)
        => Require(tx, caller, ResourceRef.Repo(repo), permissions);

    /// <inheritdoc cref="Require(Change, RepoRef, Permission[])"/>
    public static void Require(Tx tx, Caller caller, ResourceRef resource, params Permission[] permissions)
    {
        if (permissions.Length == 0 || !Judges(tx, caller))
            return;
        Evaluation evaluation = Evaluation.Of(tx, caller.Required(), resource, permissions);
        if (evaluation.Missing.Count > 0)
            throw AuthErrors.NotAuthorized(caller.Required(), evaluation.Judged, permissions);
    }

    /// <summary>Asks without refusing.</summary>
    public static bool Allows(Tx tx, Caller caller, ResourceRef resource, params Permission[] permissions)
        => !Judges(tx, caller) || Evaluation.Of(tx, caller.Required(), resource, permissions).Missing.Count == 0;

    /// <summary>Whether the caller gets to see the repo, or the pipeline behind it, in a list.</summary>
    public static bool Lists(Tx tx, Caller caller, RepoRef repo)
        => Allows(tx, caller, ResourceRef.Project(repo.Project), Permission.ProjectListRepo)
            || Allows(tx, caller, ResourceRef.Repo(repo), Permission.RepoRead);

    /// <summary>All that a subject may do to a resource; null while auth is off.</summary>
    public static Evaluation? Everything(Tx tx, Caller caller, ResourceRef resource)
        => Judges(tx, caller) ? Everything(tx, caller.Required(), resource) : null;

    /// <inheritdoc cref="Everything(Tx, Caller, ResourceRef)"/>
    public static Evaluation Everything(Tx tx, string subject, ResourceRef resource)
        => Evaluation.Of(tx, subject, resource, Enum.GetValues<Permission>());

    private static bool Judges(Tx tx, Caller caller) => !caller.IsSystem && AuthState.IsActive(tx);
}
