using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Spouts.Local.Core;
using Spouts.Local.Core.Auth;
using Spouts.Local.Core.Pipelines;
using Spouts.Local.Store;
using Spouts.Pachyderm.Protos.Auth;
using Roles = Spouts.Local.Core.Auth.Roles;

namespace Spouts.Local.Services;

/// <summary><c>auth_v2.API</c>: tokens, roles and who has them. What a method asks of its caller is in <see cref="MethodRule"/>.</summary>
internal sealed class AuthService(Pachd pachd, PipelineChanges pipelines, Door door) : API.APIBase
{
    private const string RobotPrefix = "robot:";

    public override async Task<ActivateResponse> Activate(ActivateRequest request, ServerCallContext context)
    {
        Caller caller = context.Caller();
        // Once auth is on, a caller without a token does not even learn that it is.
        if (pachd.Read(AuthState.IsActive))
            caller.Required();
        return new ActivateResponse
        {
            PachToken = await pachd.ChangeAsync(caller, change => AuthState.Activate(change, request.RootToken), context.CancellationToken),
        };
    }

    public override async Task<DeactivateResponse> Deactivate(DeactivateRequest request, ServerCallContext context)
    {
        if (door.NeedsAuth)
            throw new PachException(ErrorKind.FailedPrecondition, "the local pachd listens beyond loopback: start it without --listen before auth is turned off");
        await ChangeAsync(context, change =>
        {
            AuthState.Deactivate(change);
            pipelines.TellAll(change);
        });
        return new DeactivateResponse();
    }

    public override async Task<RotateRootTokenResponse> RotateRootToken(RotateRootTokenRequest request, ServerCallContext context)
        => new()
        {
            RootToken = await pachd.ChangeAsync(
                context.Caller(), change => AuthState.RotateRoot(change, request.RootToken), context.CancellationToken),
        };

    public override Task<AuthenticateResponse> Authenticate(AuthenticateRequest request, ServerCallContext context)
        => throw (request.OidcState.Length == 0 && request.IdToken.Length == 0
            ? new PachException("unrecognized authentication mechanism (old pachd?)")
            : new PachException(ErrorKind.Unimplemented, "the local pachd has no identity provider: log in with a token, such as a robot's"));

    public override Task<GetOIDCLoginResponse> GetOIDCLogin(GetOIDCLoginRequest request, ServerCallContext context)
        => throw new PachException("OIDC ID provider configuration not found");

    public override Task<WhoAmIResponse> WhoAmI(WhoAmIRequest request, ServerCallContext context)
    {
        Caller caller = context.Caller();
        return Task.FromResult(new WhoAmIResponse
        {
            Username = caller.Required(),
            Expiration = caller.ExpiresAt is { } expiresAt ? Times.Timestamp(expiresAt) : null,
        });
    }

    public override Task<AuthorizeResponse> Authorize(AuthorizeRequest request, ServerCallContext context)
    {
        string subject = context.Caller().Required();
        ResourceRef resource = Named(request.Resource, nameof(AuthorizeRequest));
        Evaluation evaluation = pachd.Read(tx => Evaluation.Of(tx, subject, resource, request.Permissions));
        AuthorizeResponse response = new() { Authorized = evaluation.Missing.Count == 0, Principal = subject };
        response.Satisfied.AddRange(evaluation.Satisfied);
        response.Missing.AddRange(evaluation.Missing);
        return Task.FromResult(response);
    }

    public override Task<GetPermissionsResponse> GetPermissions(GetPermissionsRequest request, ServerCallContext context)
    {
        ResourceRef resource = Named(request.Resource, nameof(GetPermissionsRequest));
        return Task.FromResult(PachException.Within(
            "cannot get permissions for principal", () => Permissions(context.Caller().Required(), resource)));
    }

    public override Task<GetPermissionsResponse> GetPermissionsForPrincipal(GetPermissionsForPrincipalRequest request, ServerCallContext context)
        => Task.FromResult(Permissions(request.Principal, Named(request.Resource, nameof(GetPermissionsForPrincipalRequest))));

    public override Task<GetRolesForPermissionResponse> GetRolesForPermission(GetRolesForPermissionRequest request, ServerCallContext context)
    {
        GetRolesForPermissionResponse response = new();
        response.Roles.AddRange(Roles.Permitting(request.Permission));
        return Task.FromResult(response);
    }

    public override async Task<ModifyRoleBindingResponse> ModifyRoleBinding(ModifyRoleBindingRequest request, ServerCallContext context)
    {
        ResourceRef resource = Named(request.Resource, nameof(ModifyRoleBindingRequest));
        await ChangeAsync(context, change => Bindings.Modify(change, resource, request.Principal, request.Roles));
        return new ModifyRoleBindingResponse();
    }

    public override Task<GetRoleBindingResponse> GetRoleBinding(GetRoleBindingRequest request, ServerCallContext context)
    {
        ResourceRef resource = Named(request.Resource, nameof(GetRoleBindingRequest));
        RoleBinding binding = new();
        foreach (IGrouping<string, (string Subject, string Role)> grants in
            pachd.Read(tx => tx.Grants(resource.Kind, resource.Name)).GroupBy(grant => grant.Subject))
        {
            binding.Entries[grants.Key] = new Pachyderm.Protos.Auth.Roles { Roles_ = { grants.ToDictionary(grant => grant.Role, _ => true) } };
        }

        return Task.FromResult(new GetRoleBindingResponse { Binding = binding });
    }

    public override async Task<GetRobotTokenResponse> GetRobotToken(GetRobotTokenRequest request, ServerCallContext context)
    {
        string name = request.Robot.StartsWith(RobotPrefix, StringComparison.Ordinal) ? request.Robot[RobotPrefix.Length..] : request.Robot;
        if (name.Contains(':', StringComparison.Ordinal))
            throw new PachException("robot names cannot contain colons (':')");
        return new GetRobotTokenResponse
        {
            Token = await pachd.ChangeAsync(
                context.Caller(),
                change => Tokens.Issue(change, RobotPrefix + name, request.Ttl > 0 ? change.Now + Times.Seconds(request.Ttl).Ticks : null),
                context.CancellationToken),
        };
    }

    public override async Task<RevokeAuthTokenResponse> RevokeAuthToken(RevokeAuthTokenRequest request, ServerCallContext context)
        => new()
        {
            Number = await pachd.ChangeAsync(context.Caller(), change => Tokens.Revoke(change, request.Token), context.CancellationToken),
        };

    public override async Task<RevokeAuthTokensForUserResponse> RevokeAuthTokensForUser(
        RevokeAuthTokensForUserRequest request, ServerCallContext context)
    {
        if (request.Username.StartsWith("pach:", StringComparison.Ordinal))
            throw new PachException("cannot revoke tokens for pach: users");
        return new RevokeAuthTokensForUserResponse
        {
            Number = await pachd.ChangeAsync(
                context.Caller(), change => change.Tx.DeleteTokensOf(request.Username), context.CancellationToken),
        };
    }

    private static ResourceRef Named(Resource? resource, string request)
        => resource is null ? throw Requests.Missing(request, "Resource") : new ResourceRef(resource.Type, resource.Name);

    private GetPermissionsResponse Permissions(string subject, ResourceRef resource)
    {
        Evaluation evaluation = PachException.Within(
            "cannot evaluate role binding", () => pachd.Read(tx => Access.Everything(tx, subject, resource)));
        GetPermissionsResponse response = new();
        foreach (Role role in evaluation.RolesShown())
        {
            response.Roles.Add(role.Name);
            response.Permissions.AddRange(role.Permissions);
        }

        return response;
    }

    private Task<bool> ChangeAsync(ServerCallContext context, Action<Change> body)
        => pachd.ChangeAsync(
            context.Caller(),
            change =>
            {
                body(change);
                return true;
            },
            context.CancellationToken);
}
