using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Spouts.Local.Core;
using Spouts.Local.Core.Files;
using Spouts.Pachyderm.Protos.Pfs;

namespace Spouts.Local.Services;

/// <content>File sets.</content>
internal sealed partial class PfsService
{
    public override async Task<CreateFileSetResponse> CreateFileSet(IAsyncStreamReader<ModifyFileRequest> requestStream, ServerCallContext context)
    {
        await using LayerWriter writer = fileSets.Writer();
        await FileMessages.ReadAsync(pachd, requestStream, writer, context.CancellationToken);
        return new CreateFileSetResponse { FileSetId = await fileSets.CreateAsync(writer, context.CancellationToken) };
    }

    public override async Task<Empty> AddFileSet(AddFileSetRequest request, ServerCallContext context)
    {
        await fileSets.AddToCommitAsync(door.IsSidecar, request.Commit.ToHandle(), request.FileSetId, context.CancellationToken);
        return new Empty();
    }

    public override async Task<Empty> RenewFileSet(RenewFileSetRequest request, ServerCallContext context)
    {
        await fileSets.RenewAsync(request.FileSetId, Times.Seconds(request.TtlSeconds), context.CancellationToken);
        return new Empty();
    }

    public override async Task<CreateFileSetResponse> ComposeFileSet(ComposeFileSetRequest request, ServerCallContext context)
        => new()
        {
            FileSetId = await fileSets.ComposeAsync(
                request.FileSetIds, Times.Seconds(request.TtlSeconds), context.CancellationToken),
        };

    public override async Task<CreateFileSetResponse> GetFileSet(GetFileSetRequest request, ServerCallContext context)
    {
        CommitHandle commit = request.Commit.ToHandle();
        bool diff = request.Type == GetFileSetRequest.Types.FileSetType.Diff;
        return new CreateFileSetResponse
        {
            FileSetId = await PachException.WithinAsync("get file set", () => fileSets.OfCommitAsync(commit, diff, context.CancellationToken)),
        };
    }

    public override async Task<ShardFileSetResponse> ShardFileSet(ShardFileSetRequest request, ServerCallContext context)
    {
        await Task.CompletedTask;
        ShardFileSetResponse response = new();
        foreach ((string lower, string upper) in fileSets.Shards(request.FileSetId, request.NumFiles, request.SizeBytes))
            response.Shards.Add(new PathRange { Lower = lower, Upper = upper });
        return response;
    }
}
