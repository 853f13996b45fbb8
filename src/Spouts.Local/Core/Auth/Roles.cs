using System.Collections.Frozen;
using Spouts.Pachyderm.Protos.Auth;
using static Spouts.Pachyderm.Protos.Auth.Permission;
using static Spouts.Pachyderm.Protos.Auth.ResourceType;

namespace Spouts.Local.Core.Auth;

/// <summary>Pachyderm's roles: what each permits, on what it may be bound, for what it is shown. The order is part of the answers.</summary>
internal static class Roles
{
    public const string RepoReader = "repoReader";
    public const string RepoWriter = "repoWriter";
    public const string RepoOwner = "repoOwner";
    public const string ProjectWriter = "projectWriter";
    public const string ProjectOwner = "projectOwner";
    public const string ProjectCreator = "projectCreator";
    public const string ClusterAdmin = "clusterAdmin";

    private static readonly FrozenDictionary<string, Role> s_roles = Define().ToFrozenDictionary(role => role.Name, StringComparer.Ordinal);

    public static Role Get(string name) => s_roles.GetValueOrDefault(name) ?? throw new PachException($"unknown role \"{name}\"");

    public static IEnumerable<Role> Permitting(Permission permission)
        => s_roles.Values.Where(role => role.Permissions.Contains(permission)).OrderBy(role => role.Name, StringComparer.Ordinal);

    private static List<Role> Define()
    {
        ResourceType[] anywhere = [Cluster, Project, ResourceType.Repo], cluster = [Cluster], projects = [Cluster, Project];
        Permission[] read =
        [
            RepoRead, RepoInspectCommit, RepoListCommit, RepoListBranch, RepoListFile, RepoInspectFile,
            RepoAddPipelineReader, RepoRemovePipelineReader, PipelineListJob,
        ];
        Permission[] write = [.. read, RepoWrite, RepoDeleteCommit, RepoCreateBranch, RepoDeleteBranch, RepoAddPipelineWriter];
        Permission[] own = [.. write, RepoModifyBindings, RepoDelete];
        Permission[] create = [ProjectListRepo, ProjectCreateRepo];
        List<Role> roles =
        [
            New(RepoReader, anywhere, [ResourceType.Repo], read),
            New(RepoWriter, anywhere, [ResourceType.Repo], write),
            New(RepoOwner, anywhere, [ResourceType.Repo], own),
            New("projectViewer", projects, [Project], ProjectListRepo),
            New(ProjectWriter, projects, [Project], create),
            New(ProjectOwner, projects, [Project, ResourceType.Repo], [.. own, .. create, ProjectDelete, ProjectModifyBindings, ProjectSetDefaults]),
            New(ProjectCreator, cluster, cluster, ProjectCreate),
            .. OfTheCluster(cluster),
        ];
        Permission[] all = [.. InAdminsOrder(roles).SelectMany(role => role.Permissions).Distinct(), .. AdminsOnly];
        roles.Add(New(ClusterAdmin, cluster, [Cluster, Project, ResourceType.Repo], all));
        return roles;
    }

    private static List<Role> OfTheCluster(ResourceType[] cluster) =>
    [
        New(
            "oidcAppAdmin", cluster, cluster, ClusterIdentityDeleteOidcClient, ClusterIdentityCreateOidcClient,
            ClusterIdentityUpdateOidcClient, ClusterIdentityListOidcClients, ClusterIdentityGetOidcClient),
        New(
            "idpAdmin", cluster, cluster, ClusterIdentityCreateIdp, ClusterIdentityUpdateIdp, ClusterIdentityListIdps,
            ClusterIdentityGetIdp, ClusterIdentityDeleteIdp),
        New("identityAdmin", cluster, cluster, ClusterIdentitySetConfig, ClusterIdentityGetConfig),
        New("debugger", cluster, cluster, ClusterDebugDump, ClusterGetPachdLogs, ClusterGetLokiLogs),
        New("lokiLogReader", cluster, cluster, ClusterGetLokiLogs),
        New("robotUser", cluster, cluster, ClusterAuthGetRobotToken),
        New(
            "licenseAdmin", cluster, cluster, ClusterLicenseActivate, ClusterLicenseGetCode, ClusterLicenseAddCluster,
            ClusterLicenseUpdateCluster, ClusterLicenseDeleteCluster, ClusterLicenseListClusters),
        New("secretAdmin", cluster, cluster, ClusterCreateSecret, ClusterListSecrets, SecretInspect, SecretDelete),
        New("pachdLogReader", cluster, cluster, ClusterGetPachdLogs),
        New("jobAdmin", [Job, Cluster], [Job, Cluster], JobSkipCtx),
    ];

    // A cluster admin's permissions are those of these roles, one after the other.
    private static IEnumerable<Role> InAdminsOrder(List<Role> roles)
        => ((string[])
        [
            RepoOwner, "oidcAppAdmin", "idpAdmin", "identityAdmin", "debugger", "lokiLogReader", "robotUser", "licenseAdmin",
            "secretAdmin", "pachdLogReader", ProjectOwner, ProjectCreator, "jobAdmin",
        ]).Select(name => roles.First(role => role.Name == name));

    private static Permission[] AdminsOnly =>
    [
        ClusterModifyBindings, ClusterGetBindings, ClusterAuthActivate, ClusterAuthDeactivate, ClusterAuthGetConfig,
        ClusterAuthSetConfig, ClusterAuthModifyGroupMembers, ClusterAuthGetGroups, ClusterAuthGetGroupUsers,
        ClusterAuthExtractTokens, ClusterAuthRestoreToken, ClusterAuthRotateRootToken, ClusterAuthDeleteExpiredTokens,
        ClusterAuthGetPermissionsForPrincipal, ClusterAuthRevokeUserTokens, ClusterEnterpriseActivate,
        ClusterEnterpriseHeartbeat, ClusterEnterpriseGetCode, ClusterEnterpriseDeactivate, ClusterDeleteAll,
        ClusterEnterprisePause, ClusterSetDefaults, ClusterEditClusterMetadata, ClusterSnapshotter, ClusterRestartPachyderm,
    ];

    private static Role New(string name, ResourceType[] boundTo, ResourceType[] shownFor, params Permission[] permissions)
        => new() { Name = name, CanBeBoundTo = { boundTo }, ReturnedFor = { shownFor }, Permissions = { permissions } };
}
