using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Spouts.Pachyderm.Protos.Pfs;

namespace Spouts.Bench.Local;

/// <summary>Receives what ModifyFile receives, and throws it away.</summary>
internal sealed class RawService : API.APIBase
{
    public override async Task<Empty> ModifyFile(IAsyncStreamReader<ModifyFileRequest> requestStream, ServerCallContext context)
    {
        long received = 0;
        while (await requestStream.MoveNext(context.CancellationToken))
            received += requestStream.Current.AddFile?.Raw?.Length ?? 0;
        context.ResponseTrailers.Add("received", $"{received}");
        return new Empty();
    }
}
