using System.Runtime.CompilerServices;
using Grpc.Core;
using Spouts.Pachyderm;

namespace Spouts.Operating;

/// <summary>Whether the door can be used at all: address, TLS, which door, which server, whose token. The first that cannot ends it.</summary>
internal sealed class DoorChecks(Entrance entrance, Door door, TimeProvider time)
{
    private Uri Address => entrance.Connection.Address;

    public async IAsyncEnumerable<Finding> RunAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        Version? version = null;
        Finding? unreachable = null;
        try
        {
            version = await door.VersionAsync(cancellation).ConfigureAwait(false);
        }
        catch (RpcException failed) when (ConnectionFailure.Of(failed) is { } why)
        {
            unreachable = Finding.Wrong(why.IsTls ? "tls" : "address", $"{Address.Authority}: {why.What}", why.Cure, why.IsLasting ? ExitCodes.Configuration : ExitCodes.Unavailable);
        }
        catch (RpcException failed)
        {
            unreachable = Finding.Wrong("address", $"{Address.Authority}: {failed.Status.Detail} ({failed.StatusCode})", "look into the log of pachd", ExitCodes.Unavailable);
        }

        if (unreachable is not { Check: "address" })
            yield return new("address", $"{Address.Authority} answers");
        if (unreachable is not null)
        {
            yield return unreachable;
            yield break;
        }

        yield return new("tls", Address.Scheme == Uri.UriSchemeHttps ? "the connection is encrypted" : "none: tokens and data cross the network in the clear");
        Finding which = Which(version);
        yield return which;
        if (which.Cure is not null)
            yield break;
        yield return await ServerAsync(version, cancellation).ConfigureAwait(false);
        yield return await TokenAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>Whether schedules here and commits there mean the same time.</summary>
    public async Task<Finding> ClockAsync(CancellationToken cancellation)
    {
        ClockSkew skew = await door.ClockAsync(time, cancellation).ConfigureAwait(false);
        return skew.IsWrong ? Finding.Wrong("clock", $"{skew}", ClockSkew.Cure) : new("clock", $"{skew}");
    }

    private Finding Which(Version? version) => (entrance.IsSidecar, version) switch
    {
        (true, null) => new("door", "a worker's sidecar"),
        (true, _) => Finding.Wrong("door", "this is pachd itself and not the sidecar of this worker, so it takes no commits on output branches",
            "let PEER_PORT be the sidecar's port, 1653, as Pachyderm sets it"),
        (false, null) => Finding.Wrong("door", "this is the sidecar of a worker and not pachd",
            "use the address of pachd: port 30650, or 1650 of its pod"),
        _ => new("door", "the cluster's"),
    };

    private async Task<Finding> ServerAsync(Version? version, CancellationToken cancellation)
    {
        const string Cure = "upgrade Pachyderm to 2.8 or later";
        if (version is null)
        {
            return await door.IsRecentAsync(cancellation).ConfigureAwait(false)
                ? new("server", "Pachyderm 2.8 or later")
                : Finding.Wrong("server", "it is older than Pachyderm 2.8", Cure);
        }

        // Whoever builds it himself gets 0.0.0.
        return version.Major == 0 || version >= Door.Oldest
            ? new("server", version.Major == 0 ? "Pachyderm, a build of somebody's own" : $"Pachyderm {version}")
            : Finding.Wrong("server", $"Pachyderm {version} is older than 2.8", Cure);
    }

    private async Task<Finding> TokenAsync(CancellationToken cancellation)
    {
        try
        {
            return new("token", await door.WhoAsync(cancellation).ConfigureAwait(false) is { } who ? $"it is {who}'s" : "auth is off");
        }
        catch (RpcException refused) when (PachydermErrors.Classify(refused.StatusCode, refused.Status.Detail) is PachydermErrorKind.Unauthenticated)
        {
            return Finding.Wrong(
                "token",
                entrance.Connection.Token is null ? $"auth is on, and {entrance.Origin} has no token" : $"the server does not know the token, or no longer: {refused.Status.Detail}",
                entrance.IsSidecar ? "let Pachyderm make a new one: pachctl update pipeline -f spouts/NAME/pipeline.json" : "log in: pachctl auth login");
        }
    }
}
