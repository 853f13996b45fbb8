using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Spouts.Pachyderm.Protos.Auth;
using Spouts.Pachyderm.Protos.Pps;
using Spouts.Pachyderm.Protos.Transaction;
using Auth = Spouts.Pachyderm.Protos.Auth;
using Pps = Spouts.Pachyderm.Protos.Pps;
using ServerVersion = Spouts.Pachyderm.Protos.Version;
using Transactions = Spouts.Pachyderm.Protos.Transaction;

namespace Spouts.Pachyderm;

/// <summary>What a door of Pachyderm's says of itself and of whoever asks. Every method throws <see cref="RpcException"/>.</summary>
internal sealed class Door(CallInvoker invoker)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>The oldest server that a spout can work with.</summary>
    public static Version Oldest { get; } = new(2, 8);

    /// <summary>The server's version; null at a sidecar, which does not say. A server that somebody built himself says 0.0.0.</summary>
    public async Task<Version?> VersionAsync(CancellationToken cancellation)
    {
        try
        {
            ServerVersion.Version version = await new ServerVersion.API.APIClient(invoker).GetVersionAsync(new Empty(), Options(cancellation)).ConfigureAwait(false);
            return new((int)version.Major, (int)version.Minor, (int)version.Micro);
        }
        catch (RpcException none) when (IsUnserved(none))
        {
            return null;
        }
    }

    /// <summary>
    /// Whether the server is of 2.8 or later, as a sidecar can tell: by a call that came with that version, and that anybody may make.
    /// </summary>
    public async Task<bool> IsRecentAsync(CancellationToken cancellation)
    {
        try
        {
            await new Pps.API.APIClient(invoker).GetClusterDefaultsAsync(new GetClusterDefaultsRequest(), Options(cancellation)).ConfigureAwait(false);
            return true;
        }
        catch (RpcException none) when (IsUnserved(none))
        {
            return false;
        }
        catch (RpcException refused) when (refused.StatusCode is StatusCode.Unauthenticated)
        {
            // A call that is not served is not asked for its token.
            return true;
        }
    }

    /// <summary>Whose token it is; null where auth is off.</summary>
    public async Task<string?> WhoAsync(CancellationToken cancellation)
    {
        try
        {
            return (await new Auth.API.APIClient(invoker).WhoAmIAsync(new WhoAmIRequest(), Options(cancellation)).ConfigureAwait(false)).Username;
        }
        catch (RpcException off) when (off.StatusCode is StatusCode.Unimplemented)
        {
            return null;
        }
    }

    /// <summary>What the token allows on a repo.</summary>
    /// <param name="repo">The repo as project/repo.</param>
    /// <param name="cancellation">Ends the call.</param>
    public async Task<IReadOnlySet<Permission>> PermissionsAsync(string repo, CancellationToken cancellation)
    {
        GetPermissionsRequest request = new() { Resource = new() { Type = ResourceType.Repo, Name = repo } };
        GetPermissionsResponse answer = await new Auth.API.APIClient(invoker).GetPermissionsAsync(request, Options(cancellation)).ConfigureAwait(false);
        return answer.Permissions.ToHashSet();
    }

    /// <summary>
    /// How far the server's clock is ahead of this one's: asked for by a transaction, which knows when it began, and is taken away
    /// again without having done anything.
    /// </summary>
    public async Task<ClockSkew> ClockAsync(TimeProvider time, CancellationToken cancellation)
    {
        Transactions.API.APIClient transactions = new(invoker);
        DateTimeOffset before = time.GetUtcNow();
        Transaction transaction = await transactions.StartTransactionAsync(new StartTransactionRequest(), Options(cancellation)).ConfigureAwait(false);
        DateTimeOffset after = time.GetUtcNow();
        try
        {
            TransactionInfo info = await transactions.InspectTransactionAsync(
                new InspectTransactionRequest { Transaction = transaction }, Options(cancellation)).ConfigureAwait(false);
            return ClockSkew.Seen(before, after, info.Started.ToDateTimeOffset());
        }
        finally
        {
            await transactions.DeleteTransactionAsync(
                new DeleteTransactionRequest { Transaction = transaction }, Options(CancellationToken.None)).ConfigureAwait(false);
        }
    }

    // What a web server without gRPC answers has the same code.
    private static bool IsUnserved(RpcException error) =>
        error.StatusCode is StatusCode.Unimplemented && ConnectionFailure.Of(error) is null;

    private static CallOptions Options(CancellationToken cancellation) => new(deadline: DateTime.UtcNow + Patience, cancellationToken: cancellation);
}
