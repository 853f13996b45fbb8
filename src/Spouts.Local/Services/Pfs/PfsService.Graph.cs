using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Spouts.Local.Core;
using Spouts.Local.Core.Files;
using Spouts.Local.Core.Metadata;
using Spouts.Local.Store;
using Spouts.Pachyderm.Protos.Auth;
using Spouts.Pachyderm.Protos.Pfs;
using Spouts.Pachyderm.Protos.Transaction;
using CommitState = Spouts.Local.Core.Metadata.CommitState;

namespace Spouts.Local.Services;

/// <content>Commit sets, dropping and squashing.</content>
internal sealed partial class PfsService
{
    public override async Task InspectCommitSet(
        InspectCommitSetRequest request, IServerStreamWriter<CommitInfo> responseStream, ServerCallContext context)
    {
        if (request.CommitSet is null)
            throw new PachException("commitset cannot be nil");
        List<CommitRow> commits = pachd.Read(tx => CommitSets.Inspect(tx, request.CommitSet.Id));
        IEnumerable<CommitRow> order = request.Wait ? commits.OrderBy(commit => commit.Finished is null) : commits;
        foreach (CommitRow commit in order)
        {
            CommitRow now = request.Wait
                ? await CommitWaits.ForAsync(pachd, commit, CommitState.Finished, context.CancellationToken)
                : commit;
            await responseStream.WriteAsync(pachd.Read(tx => Infos.Commit(tx, now)), context.CancellationToken);
        }
    }

    public override async Task ListCommitSet(
        ListCommitSetRequest request, IServerStreamWriter<CommitSetInfo> responseStream, ServerCallContext context)
    {
        HashSet<string> seen = [];
        foreach (CommitRow commit in InOrder(null, ascending: false))
        {
            if ((request.Project is { } project && project.Name != commit.Project) || !seen.Add(commit.SetId))
                continue;
            CommitSetInfo info = new() { CommitSet = new CommitSet { Id = commit.SetId } };
            info.Commits.AddRange(pachd.Read(tx => CommitSets.Inspect(tx, commit.SetId).ConvertAll(row => Infos.Commit(tx, row))));
            await responseStream.WriteAsync(info, context.CancellationToken);
        }
    }

    public override async Task<DropCommitResponse> DropCommit(DropCommitRequest request, ServerCallContext context)
    {
        CommitHandle? handle = request.Commit.ToPicked();
        await ChangeAsync(context, change => CommitRemoval.Drop(change, handle, request.Recursive));
        return new DropCommitResponse();
    }

    public override async Task<SquashCommitResponse> SquashCommit(SquashCommitRequest request, ServerCallContext context)
    {
        CommitHandle? handle = request.Commit.ToPicked();
        await ChangeAsync(context, change => CommitRemoval.Squash(change, handle, request.Recursive));
        return new SquashCommitResponse();
    }

    public override async Task<Empty> DropCommitSet(DropCommitSetRequest request, ServerCallContext context)
    {
        string id = request.CommitSet?.Id ?? throw Requests.Missing(nameof(DropCommitSetRequest), "CommitSet");
        await ChangeAsync(context, change => CommitRemoval.DropSet(change, id));
        return new Empty();
    }

    public override async Task<Empty> SquashCommitSet(SquashCommitSetRequest request, ServerCallContext context)
    {
        await runner.RunAsync(new TransactionRequest { SquashCommitSet = request }, context);
        return new Empty();
    }

    public override async Task FindCommits(
        FindCommitsRequest request, IServerStreamWriter<FindCommitsResponse> responseStream, ServerCallContext context)
    {
        if (request.Start is null)
            throw Requests.Missing(nameof(FindCommitsRequest), "Start", stream: true);
        CommitHandle start = request.Start.ToHandle();
        CommitRow at = pachd.Read(tx => Commits.Pick(tx, start));
        uint found = 0, searched = 0;
        while (true)
        {
            if (at.Finished is null)
                throw new PachException(ErrorKind.Unavailable, $"commit {(searched == 0 ? start.ToString() : at.Ref().ToString())} not finished");
            if (pachd.Read(tx => tx.Touches(at.Id, request.FilePath)))
            {
                found++;
                await responseStream.WriteAsync(
                    new FindCommitsResponse { FoundCommit = at.Ref().ToProto(), CommitsSearched = searched }, context.CancellationToken);
            }

            searched++;
            if ((found == request.Limit && request.Limit != 0) || at.Parent is not { } parent)
                break;
            at = pachd.Read(tx => tx.CommitById(parent));
        }

        await responseStream.WriteAsync(
            new FindCommitsResponse { LastSearchedCommit = at.Ref().ToProto(), CommitsSearched = searched }, context.CancellationToken);
    }

    public override async Task DiffFile(DiffFileRequest request, IServerStreamWriter<DiffFileResponse> responseStream, ServerCallContext context)
    {
        if (request.NewFile is null)
            throw new PachException("file cannot be nil");
        CommitHandle newCommit = PachException.Within("check new file commit", () => request.NewFile.Commit.ToHandle());
        CommitHandle? oldCommit = request.OldFile is null
            ? null
            : PachException.Within("check old file commit", () => request.OldFile.Commit.ToHandle());
        if (oldCommit is not null)
            Require(context, oldCommit.Repo, Permission.RepoRead);
        Require(context, newCommit.Repo, Permission.RepoRead);
        CommitHandle? parent = ParentOf(newCommit);
        // The parent is compared whole: a datum is asked of the new side only.
        FileQuery below = Whole(request.OldFile ?? new Pachyderm.Protos.Pfs.File { Path = request.NewFile.Path });
        oldCommit ??= request.OldFile is null ? parent : null;
        using OpenedFiles? older = oldCommit is null ? null : await OpenAsync(oldCommit, context);
        using OpenedFiles newer = await OpenAsync(newCommit, context);
        IEnumerable<FileNode> before = older is null ? [] : older.Nodes(below);
        foreach ((FileNode? Old, FileNode? New) pair in FileDiff.Between(before, newer.Nodes(Whole(request.NewFile))))
        {
            await responseStream.WriteAsync(
                new DiffFileResponse
                {
                    OldFile = pair.Old is null ? null : Infos.File(older!, pair.Old),
                    NewFile = pair.New is null ? null : Infos.File(newer, pair.New),
                },
                context.CancellationToken);
        }
    }

    private static FileQuery Whole(Pachyderm.Protos.Pfs.File file)
        => Below(Paths.Clean(file.Path) is var path && path == "/" ? "" : path, file.Datum);

    private CommitHandle? ParentOf(CommitHandle commit)
    {
        if (commit.IsFileSet)
            return null;
        CommitRef? parent = pachd.Read(tx => Commits.Pick(tx, commit).Parent is { } id ? tx.CommitById(id).Ref() : null);
        return parent is null ? null : new CommitHandle(parent.Repo, parent.Id, null);
    }
}
