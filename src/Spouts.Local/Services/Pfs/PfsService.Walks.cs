using Grpc.Core;
using Spouts.Local.Core;
using Spouts.Local.Core.Auth;
using Spouts.Local.Core.Metadata;
using Spouts.Local.Store;
using Spouts.Pachyderm.Protos.Auth;
using Spouts.Pachyderm.Protos.Pfs;

namespace Spouts.Local.Services;

/// <content>Walks along provenance, and sums.</content>
internal sealed partial class PfsService
{
    private const ulong DefaultWalk = 10_000;
    private const ulong DefaultDepth = 1000;

    public override Task WalkCommitProvenance(
        WalkCommitProvenanceRequest request, IServerStreamWriter<CommitInfo> responseStream, ServerCallContext context)
        => WalkCommitsAsync(
            "provenance", request.Start, request.MaxCommits, (tx, start) => tx.CommitProvenance(start, Depth(request.MaxDepth)), responseStream, context);

    public override Task WalkCommitSubvenance(
        WalkCommitSubvenanceRequest request, IServerStreamWriter<CommitInfo> responseStream, ServerCallContext context)
        => WalkCommitsAsync(
            "subvenance", request.Start, request.MaxCommits, (tx, start) => tx.CommitSubvenance(start, Depth(request.MaxDepth)), responseStream, context);

    public override Task WalkBranchProvenance(
        WalkBranchProvenanceRequest request, IServerStreamWriter<BranchInfo> responseStream, ServerCallContext context)
        => WalkBranchesAsync(
            "provenance", request.Start, request.MaxBranches, (tx, start) => tx.Provenance(start, Depth(request.MaxDepth)), responseStream, context);

    public override Task WalkBranchSubvenance(
        WalkBranchSubvenanceRequest request, IServerStreamWriter<BranchInfo> responseStream, ServerCallContext context)
        => WalkBranchesAsync(
            "subvenance", request.Start, request.MaxBranches, (tx, start) => tx.Subvenance(start, Depth(request.MaxDepth)), responseStream, context);

    public override Task<ReposSummaryResponse> ReposSummary(ReposSummaryRequest request, ServerCallContext context)
    {
        ReposSummaryResponse response = new();
        foreach (ProjectPicker picker in request.Projects)
        {
            if (picker.PickerCase == ProjectPicker.PickerOneofCase.None)
                throw new PachException("project picker is of an unknown type: <nil>");
        }

        response.Summaries.AddRange(pachd.Read(tx => request.Projects
            .Where(picker => tx.Project(picker.Name) is not null)
            .Select(picker =>
            {
                List<RepoRow> repos = tx.Repos(RepoRef.User, [picker.Name]);
                return new ReposSummary
                {
                    Project = Wire.ToProject(picker.Name),
                    UserRepoCount = repos.Count,
                    SizeBytes = repos.Sum(repo => Repos.Size(tx, repo)),
                };
            })
            .ToList()));
        return Task.FromResult(response);
    }

    private async Task WalkCommitsAsync(
        string direction,
        IEnumerable<CommitPicker> starts,
        ulong limit,
        Func<Tx, long, List<CommitRow>> walk,
        IServerStreamWriter<CommitInfo> responses,
        ServerCallContext context)
    {
        List<CommitInfo> infos = PachException.Within(
            $"walk commit {direction}: walk commit {direction}: pick commits",
            () => pachd.Read(tx => starts
                .SelectMany(start => walk(tx, Pickers.Pick(tx, start).Id).Take(Limit(limit)))
                .Select(commit =>
                {
                    Access.Require(tx, context.Caller(), commit.RepoRef(), Permission.RepoInspectCommit);
                    return Infos.Commit(tx, commit);
                }).ToList()));
        foreach (CommitInfo info in infos)
            await responses.WriteAsync(info, context.CancellationToken);
    }

    private async Task WalkBranchesAsync(
        string direction,
        IEnumerable<BranchPicker> starts,
        ulong limit,
        Func<Tx, long, List<BranchRow>> walk,
        IServerStreamWriter<BranchInfo> responses,
        ServerCallContext context)
    {
        List<BranchInfo> infos = PachException.Within(
            $"walk branch {direction}: walk branch {direction}: pick branches",
            () => pachd.Read(tx => starts
                .SelectMany(start => walk(tx, Pickers.Pick(tx, start).Id).Take(Limit(limit)))
                .Select(branch =>
                {
                    Access.Require(tx, context.Caller(), branch.RepoRef(), Permission.RepoListBranch);
                    return Infos.Branch(tx, branch);
                }).ToList()));
        foreach (BranchInfo info in infos)
        {
            // The real server loses the head on this way.
            info.Head = new Commit { Repo = new Repo { Project = new Project() } };
            await responses.WriteAsync(info, context.CancellationToken);
        }
    }

    private static int Limit(ulong limit) => (int)Math.Min(limit == 0 ? DefaultWalk : limit, int.MaxValue);

    private static long Depth(ulong depth) => (long)Math.Min(depth == 0 ? DefaultDepth : depth, long.MaxValue);
}
