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
        => WalkAsync(
            OfCommits("walk commit provenance", context), request.Start, tx => tx.CommitProvenance, request.MaxDepth, request.MaxCommits, responseStream, context);

    public override Task WalkCommitSubvenance(
        WalkCommitSubvenanceRequest request, IServerStreamWriter<CommitInfo> responseStream, ServerCallContext context)
        => WalkAsync(
            OfCommits("walk commit subvenance", context), request.Start, tx => tx.CommitSubvenance, request.MaxDepth, request.MaxCommits, responseStream, context);

    public override Task WalkBranchProvenance(
        WalkBranchProvenanceRequest request, IServerStreamWriter<BranchInfo> responseStream, ServerCallContext context)
        => WalkAsync(
            OfBranches("walk branch provenance", context), request.Start, tx => tx.Provenance, request.MaxDepth, request.MaxBranches, responseStream, context);

    public override Task WalkBranchSubvenance(
        WalkBranchSubvenanceRequest request, IServerStreamWriter<BranchInfo> responseStream, ServerCallContext context)
        => WalkAsync(
            OfBranches("walk branch subvenance", context), request.Start, tx => tx.Subvenance, request.MaxDepth, request.MaxBranches, responseStream, context);

    public override Task<ReposSummaryResponse> ReposSummary(ReposSummaryRequest request, ServerCallContext context)
    {
        ReposSummaryResponse response = new();
        foreach (ProjectPicker picker in request.Projects)
        {
            if (picker.PickerCase == ProjectPicker.PickerOneofCase.None)
                throw new PachException("project picker is of an unknown type: <nil>");
        }

        response.Summaries.AddRange(pachd.Read(tx => request.Projects
            .Select(picker => (picker.Name, Repos: tx.Repos(RepoRef.User, [picker.Name]).FindAll(row => Access.Lists(tx, context.Caller(), row.Ref()))))
            .Where(project => project.Repos.Count > 0)
            .Select(project => new ReposSummary
            {
                Project = Wire.ToProject(project.Name),
                UserRepoCount = project.Repos.Count,
                SizeBytes = project.Repos.Sum(repo => Repos.Size(tx, repo)),
            })
            .ToList()));
        return Task.FromResult(response);
    }

    private static Walked<CommitPicker, CommitRow, CommitInfo> OfCommits(string walk, ServerCallContext context) => new(
        walk,
        $"{walk}: pick commits",
        Pickers.Pick,
        commit => commit.Id,
        (tx, commit) =>
        {
            Access.Require(tx, context.Caller(), commit.RepoRef(), Permission.RepoInspectCommit);
            return Infos.Commit(tx, commit);
        });

    private static Walked<BranchPicker, BranchRow, BranchInfo> OfBranches(string walk, ServerCallContext context) => new(
        walk,
        "pick branches",
        Pickers.Pick,
        branch => branch.Id,
        (tx, branch) =>
        {
            Access.Require(tx, context.Caller(), branch.RepoRef(), Permission.RepoListBranch);
            BranchInfo info = Infos.Branch(tx, branch);
            // The real server loses the head on this way.
            info.Head = new Commit { Repo = new Repo { Project = new Project() } };
            return info;
        });

    /// <summary>Finds every start before it walks from the first.</summary>
    private async Task WalkAsync<TPicker, TRow, TInfo>(
        Walked<TPicker, TRow, TInfo> walked,
        IEnumerable<TPicker> starts,
        Func<Tx, Func<long, long, List<TRow>>> follow,
        ulong depth,
        ulong limit,
        IServerStreamWriter<TInfo> responses,
        ServerCallContext context)
    {
        List<TInfo> infos = PachException.Within(walked.Walk, () => pachd.Read(tx =>
        {
            List<TRow> from = PachException.Within(walked.Picking, () => starts.Select(start => walked.Pick(tx, start)).ToList());
            return PachException.Within($"{walked.Walk} tx", () => from
                .SelectMany(start => follow(tx)(walked.Id(start), Depth(depth)).Take(Limit(limit)))
                .Select(row => walked.Show(tx, row))
                .ToList());
        }));
        foreach (TInfo info in infos)
            await responses.WriteAsync(info, context.CancellationToken);
    }

    private static int Limit(ulong limit) => (int)Math.Min(limit == 0 ? DefaultWalk : limit, int.MaxValue);

    private static long Depth(ulong depth) => (long)Math.Min(depth == 0 ? DefaultDepth : depth, long.MaxValue);

    /// <summary>What a walk passes: commits or branches.</summary>
    private sealed record Walked<TPicker, TRow, TInfo>(
        string Walk, string Picking, Func<Tx, TPicker, TRow> Pick, Func<TRow, long> Id, Func<Tx, TRow, TInfo> Show);
}
