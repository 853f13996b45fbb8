using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Spouts.Pachyderm.Protos.Storage;
using AuthApi = Spouts.Pachyderm.Protos.Auth.API;
using PfsApi = Spouts.Pachyderm.Protos.Pfs.API;
using PpsApi = Spouts.Pachyderm.Protos.Pps.API;
using TransactionApi = Spouts.Pachyderm.Protos.Transaction.API;

namespace Spouts.Local.Tests.Walking;

/// <summary>Every service at one address, called with one token.</summary>
internal sealed class Clients : IDisposable
{
    private readonly GrpcChannel _channel;

    public Clients(string address, Func<string?> token)
    {
        _channel = GrpcChannel.ForAddress($"http://{address}");
        CallInvoker calls = _channel.Intercept(metadata =>
        {
            // A call that brings a token of its own keeps it.
            if (token() is { } mine && metadata.Get("authn-token") is null)
                metadata.Add("authn-token", mine);
            return metadata;
        });
        Pfs = new PfsApi.APIClient(calls);
        Pps = new PpsApi.APIClient(calls);
        Transactions = new TransactionApi.APIClient(calls);
        FileSets = new Fileset.FilesetClient(calls);
        Auth = new AuthApi.APIClient(calls);
    }

    public PfsApi.APIClient Pfs { get; }

    public PpsApi.APIClient Pps { get; }

    public TransactionApi.APIClient Transactions { get; }

    public Fileset.FilesetClient FileSets { get; }

    public AuthApi.APIClient Auth { get; }

    public void Dispose() => _channel.Dispose();
}
