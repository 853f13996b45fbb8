using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Spouts.Local.Core.Pipelines;
using Spouts.Pachyderm.Protos.Pps;

namespace Spouts.Local.Services;

/// <content>Secrets.</content>
internal sealed partial class PpsService
{
    public override async Task<Empty> CreateSecret(CreateSecretRequest request, ServerCallContext context)
    {
        await ChangeAsync(context, change => Secrets.Create(change, request.File.ToStringUtf8()));
        return new Empty();
    }

    public override async Task<Empty> DeleteSecret(DeleteSecretRequest request, ServerCallContext context)
    {
        string name = request.Secret?.Name ?? throw Requests.Missing(nameof(DeleteSecretRequest), "Secret");
        await ChangeAsync(context, change => Secrets.Delete(change, name));
        return new Empty();
    }

    public override Task<SecretInfo> InspectSecret(InspectSecretRequest request, ServerCallContext context)
    {
        string name = request.Secret?.Name ?? throw Requests.Missing(nameof(InspectSecretRequest), "Secret");
        return Task.FromResult(pachd.Read(tx => Secrets.Inspect(tx, name)));
    }

    public override Task<SecretInfos> ListSecret(Empty request, ServerCallContext context)
    {
        SecretInfos infos = new();
        infos.SecretInfo.AddRange(pachd.Read(Secrets.All));
        return Task.FromResult(infos);
    }
}
