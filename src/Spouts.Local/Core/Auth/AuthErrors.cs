using Spouts.Pachyderm.Protos.Auth;

namespace Spouts.Local.Core.Auth;

/// <summary>How auth refuses.</summary>
internal static class AuthErrors
{
    public static PachException NotActivated() => new(ErrorKind.Unimplemented, "the auth service is not activated");

    public static PachException AlreadyActivated() => new(ErrorKind.Unimplemented, "the auth service is already activated");

    public static PachException NoToken() => new(ErrorKind.Unauthenticated, "no authentication token (try logging in)");

    public static PachException BadToken()
        => new(ErrorKind.Unauthenticated, "provided auth token is corrupted or has expired (try logging in again)");

    // Internal, although it is the caller's fault: the real server forgot to say otherwise.
    public static PachException Expired() => new(ErrorKind.Internal, "token expiration is in the past");

    public static PachException SeveralTokens() => new("multiple authentication token keys found in context");

    public static PachException NoBinding(ResourceRef resource) => new($"no role binding exists for {resource}");

    public static PachException NotAuthorized(string subject, ResourceRef resource, IEnumerable<Permission> required)
        => new(
            ErrorKind.PermissionDenied,
            $"{subject} is not authorized to perform this operation - needs permissions [{string.Join(' ', required.Select(ProtoName.Of))}] "
            + $"on {resource}. Run `pachctl auth roles-for-permission` to find roles that grant a given permission.");
}
