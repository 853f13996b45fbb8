using System.Collections.Frozen;
using Spouts.Pachyderm.Protos.Auth;

namespace Spouts.Local.Core.Auth;

/// <summary>What a method asks of its caller before it is run; what it asks of repos and projects it asks itself.</summary>
/// <param name="NeedsToken">Nobody gets in without a good token while auth is on.</param>
/// <param name="NeedsAuth">It is not there while auth is off.</param>
/// <param name="OnCluster">A permission that is needed on the cluster while auth is on.</param>
internal sealed record MethodRule(bool NeedsToken, bool NeedsAuth, Permission? OnCluster)
{
    private static readonly MethodRule s_open = new(false, false, null);
    private static readonly MethodRule s_token = new(true, false, null);
    private static readonly MethodRule s_openAuth = new(false, true, null);
    private static readonly MethodRule s_auth = new(true, true, null);

    private static readonly FrozenDictionary<string, MethodRule> s_rules = new Dictionary<string, MethodRule>
    {
        ["/admin_v2.API/InspectCluster"] = s_open,
        ["/admin_v2.API/RestartPachyderm"] = OnceActive(Permission.ClusterRestartPachyderm),
        ["/versionpb_v2.API/GetVersion"] = s_open,
        ["/grpc.health.v1.Health/Check"] = s_open,
        ["/grpc.health.v1.Health/Watch"] = s_open,
        // Whoever starts the worker stands for the cluster, not for a user of it.
        ["/spouts_local.Workers/Attach"] = s_open,

        ["/auth_v2.API/Activate"] = s_open,
        ["/auth_v2.API/Authenticate"] = s_openAuth,
        ["/auth_v2.API/Authorize"] = s_openAuth,
        ["/auth_v2.API/WhoAmI"] = s_openAuth,
        ["/auth_v2.API/GetOIDCLogin"] = s_open,
        ["/auth_v2.API/GetRoleBinding"] = s_auth,
        ["/auth_v2.API/ModifyRoleBinding"] = s_auth,
        ["/auth_v2.API/RevokeAuthToken"] = s_auth,
        ["/auth_v2.API/GetPermissions"] = s_auth,
        ["/auth_v2.API/GetRolesForPermission"] = s_auth,
        ["/auth_v2.API/GetPermissionsForPrincipal"] = Always(Permission.ClusterAuthGetPermissionsForPrincipal),
        ["/auth_v2.API/GetRobotToken"] = Always(Permission.ClusterAuthGetRobotToken),
        ["/auth_v2.API/Deactivate"] = Always(Permission.ClusterAuthDeactivate),
        ["/auth_v2.API/RevokeAuthTokensForUser"] = Always(Permission.ClusterAuthRevokeUserTokens),
        ["/auth_v2.API/RotateRootToken"] = Always(Permission.ClusterAuthRotateRootToken),

        // Not served, but refused like the real server's to whoever may not call them.
        ["/auth_v2.API/GetGroups"] = s_auth,
        ["/auth_v2.API/GetGroupsForPrincipal"] = Always(Permission.ClusterAuthGetGroups),
        ["/auth_v2.API/SetGroupsForUser"] = Always(Permission.ClusterAuthModifyGroupMembers),
        ["/auth_v2.API/ModifyMembers"] = Always(Permission.ClusterAuthModifyGroupMembers),
        ["/auth_v2.API/GetUsers"] = Always(Permission.ClusterAuthGetGroupUsers),
        ["/auth_v2.API/GetConfiguration"] = Always(Permission.ClusterAuthGetConfig),
        ["/auth_v2.API/SetConfiguration"] = Always(Permission.ClusterAuthSetConfig),
        ["/auth_v2.API/ExtractAuthTokens"] = Always(Permission.ClusterAuthExtractTokens),
        ["/auth_v2.API/RestoreAuthToken"] = Always(Permission.ClusterAuthRestoreToken),
        ["/auth_v2.API/DeleteExpiredAuthTokens"] = Always(Permission.ClusterAuthDeleteExpiredTokens),

        // The method itself asks for a token, so that the refusal is the same.
        ["/pfs_v2.API/GetFileTAR"] = s_open,
        ["/pfs_v2.API/ActivateAuth"] = Always(Permission.ClusterAuthActivate),
        ["/pfs_v2.API/SquashCommit"] = OnceActive(Permission.RepoDeleteCommit),
        ["/pfs_v2.API/DropCommit"] = OnceActive(Permission.RepoDeleteCommit),
        ["/pfs_v2.API/SquashCommitSet"] = OnceActive(Permission.RepoDeleteCommit),
        ["/pfs_v2.API/DropCommitSet"] = OnceActive(Permission.RepoDeleteCommit),
        ["/pfs_v2.API/CreateProject"] = OnceActive(Permission.ProjectCreate),

        ["/pps_v2.API/ActivateAuth"] = Always(Permission.ClusterAuthActivate),
        ["/pps_v2.API/DeleteAll"] = OnceActive(Permission.ClusterDeleteAll),
        ["/pps_v2.API/CreateSecret"] = OnceActive(Permission.ClusterCreateSecret),
        ["/pps_v2.API/ListSecret"] = OnceActive(Permission.ClusterListSecrets),
        ["/pps_v2.API/DeleteSecret"] = OnceActive(Permission.SecretDelete),
        ["/pps_v2.API/InspectSecret"] = OnceActive(Permission.SecretInspect),
        ["/pps_v2.API/SetClusterDefaults"] = OnceActive(Permission.ClusterSetDefaults),
        ["/transaction_v2.API/DeleteAll"] = OnceActive(Permission.ClusterDeleteAll),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The rule of a method, by its full name; most ask for a token and nothing else.</summary>
    public static MethodRule Of(string method) => s_rules.GetValueOrDefault(method, s_token);

    private static MethodRule Always(Permission permission) => new(true, true, permission);

    private static MethodRule OnceActive(Permission permission) => new(true, false, permission);
}
