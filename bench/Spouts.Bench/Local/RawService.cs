using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Spouts.Pachyderm.Protos.Pfs;

namespace Spouts.Bench.Local;

/// <summary>Receives what ModifyFile and CreateFileSet receive, and throws it away.</summary>
internal sealed class RawService : API.APIBase
{
    public override async Task<Empty> ModifyFile(IAsyncStreamReader<ModifyFileRequest> requestStream, ServerCallContext context)
    {
        await DiscardAsync(requestStream, context);
        return new Empty();
    }

    public override async Task<CreateFileSetResponse> CreateFileSet(IAsyncStreamReader<ModifyFileRequest> requestStream, ServerCallContext context)
    {
        await DiscardAsync(requestStream, context);
        return new CreateFileSetResponse { FileSetId = "thrown away" };
    }

    public override Task<CreateFileSetResponse> ComposeFileSet(ComposeFileSetRequest request, ServerCallContext context) =>
        Task.FromResult(new CreateFileSetResponse { FileSetId = "thrown away" });

    private static async Task DiscardAsync(IAsyncStreamReader<ModifyFileRequest> messages, ServerCallContext context)
    {
        long received = 0;
        while (await messages.MoveNext(context.CancellationToken))
            received += messages.Current.AddFile?.Raw?.Length ?? 0;
        context.ResponseTrailers.Add("received", $"{received}");
    }
}
