using Grpc.Core;
using Spouts.Local.Core.Auth;
using Spouts.Pachyderm.Protos.Pps;

namespace Spouts.Local.Services;

/// <content>Turning auth on.</content>
internal sealed partial class PpsService
{
    public override async Task<ActivateAuthResponse> ActivateAuth(ActivateAuthRequest request, ServerCallContext context)
    {
        await ChangeAsync(context, change =>
        {
            PipelineAccess.EnrolAll(change);
            // Workers come again, with their tokens.
            pipelines.TellAll(change);
        });
        return new ActivateAuthResponse();
    }
}
