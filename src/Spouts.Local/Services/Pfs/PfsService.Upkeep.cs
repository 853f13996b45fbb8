using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Spouts.Local.Core;
using Spouts.Local.Core.Files;
using Spouts.Local.Core.Metadata;
using Spouts.Local.Store;
using Spouts.Pachyderm.Protos.Auth;
using Spouts.Pachyderm.Protos.Pfs;

namespace Spouts.Local.Services;

/// <content>Checking everything, deleting everything.</content>
internal sealed partial class PfsService
{
    /// <summary><c>fix</c> has no effect, as in the real server.</summary>
    public override async Task Fsck(FsckRequest request, IServerStreamWriter<FsckResponse> responseStream, ServerCallContext context)
    {
        await SendAsync(pachd.Read(tx => GraphCheck.Errors(tx).ToList()));
        if (request.ZombieTarget is { } target)
        {
            await SendAsync(await ZombiesAsync(target.ToHandle(), context));
        }
        else if (request.ZombieAll)
        {
            // A meta repo tells that a pipeline makes datums; its output is looked for on "master", whatever its branch is called.
            foreach (RepoRef repo in pachd.Read(tx => tx.Repos(RepoRef.Meta, null).ConvertAll(row => row.Ref() with { Type = RepoRef.User })))
            {
                if (pachd.Read(tx => ZombieCheck.Newest(tx, new BranchRef(repo, "master"))) is not { } newest)
                    break;
                await SendAsync(await PachException.WithinAsync("fsck", () => ZombiesAsync(newest, context)));
            }
        }

        async Task SendAsync(List<string> errors)
        {
            foreach (string error in errors)
                await responseStream.WriteAsync(new FsckResponse { Error = error }, context.CancellationToken);
        }
    }

    /// <summary>Deletes all repos and projects; an empty default project is left. Pipelines have to be deleted before.</summary>
    public override async Task<Empty> DeleteAll(Empty request, ServerCallContext context)
    {
        await ChangeAsync(context, Projects.DeleteAll);
        return new Empty();
    }

    /// <summary>Counts chunks, and fails at the first that is missing or, when they are read, damaged.</summary>
    public override Task<CheckStorageResponse> CheckStorage(CheckStorageRequest request, ServerCallContext context)
    {
        byte[] begin = request.ChunkBegin.ToByteArray(), end = request.ChunkEnd.ToByteArray();
        CheckStorageResponse response = new();
        foreach (byte[] name in pachd.Read(Core.Fsck.NamedChunks))
        {
            if (name.AsSpan().SequenceCompareTo(begin) < 0 || (end.Length > 0 && name.AsSpan().SequenceCompareTo(end) > 0))
                continue;
            if (Core.Fsck.CheckChunk(pachd.Chunks, name, request.ReadChunkData) is { } wrong)
                throw new PachException(wrong);
            response.ChunkObjectCount++;
        }

        return Task.FromResult(response);
    }

    public override async Task<ForgetCommitResponse> ForgetCommit(ForgetCommitRequest request, ServerCallContext context)
    {
        await PachException.WithinAsync("Forget Commit", () => ChangeAsync(
            context,
            change => CommitRemoval.Forget(change, PachException.Within("pick commits", () => Pickers.Pick(change.Tx, request.Commit)))));
        return new ForgetCommitResponse();
    }

    private Task<List<string>> ZombiesAsync(CommitHandle output, ServerCallContext context)
    {
        Require(context, output.Repo, Permission.RepoRead);
        return new ZombieCheck(pachd).RunAsync(output, context.CancellationToken);
    }
}
