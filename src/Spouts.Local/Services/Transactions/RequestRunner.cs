using Grpc.Core;
using Spouts.Local.Core;
using Spouts.Local.Core.Auth;
using Spouts.Local.Core.Metadata;
using Spouts.Local.Core.Pipelines;
using Spouts.Local.Store;
using Spouts.Pachyderm.Protos.Auth;
using Spouts.Pachyderm.Protos.Pfs;
using Spouts.Pachyderm.Protos.Transaction;

namespace Spouts.Local.Services;

/// <summary>
/// Runs the calls that may be part of a transaction: at once, or, when the caller sends a <c>pach-transaction</c>, by
/// adding them to it.
/// </summary>
internal sealed class RequestRunner(Pachd pachd, PipelineChanges pipelines, OpenTransactions transactions)
{
    private const string TransactionKey = "pach-transaction";

    public static bool IsInTransaction(ServerCallContext context) => context.RequestHeaders.GetValue(TransactionKey) is { Length: > 0 };

    public async Task<TransactionResponse> RunAsync(TransactionRequest request, ServerCallContext context)
    {
        TransactionResponse response = context.RequestHeaders.GetValue(TransactionKey) is { Length: > 0 } id
            ? (await transactions.AppendAsync(context.Caller(), id, request, this, context.CancellationToken)).Clone()
            : await pachd.ChangeAsync(context.Caller(), change => Execute(change, request), context.CancellationToken);
        // StartCommit's own answer bears no branch; a transaction's list of answers does.
        if (response.Commit is { } commit)
            commit.Branch = null;
        return response;
    }

    /// <summary>Runs several requests as one transaction, all or nothing.</summary>
    public static List<TransactionResponse> ExecuteAll(Change change, IReadOnlyList<TransactionRequest> requests, RequestRunner runner)
    {
        if (requests.Any(request => request.CreatePipelineV2 is { CreatePipelineRequest: null }))
            throw new PachException("run pre-transaction operations: nil CreatePipelineRequest in CreatePipelineTransaction");
        List<TransactionResponse> responses = [];
        for (int i = 0; i < requests.Count; i++)
        {
            responses.Add(PachException.Within(
                $"error running request {i + 1} of {requests.Count}", () => runner.Execute(change, requests[i])));
        }

        return responses;
    }

    public TransactionResponse Execute(Change change, TransactionRequest request)
    {
        TransactionResponse response = new();
        if (request.CreateRepo is { } createRepo)
            Repos.Create(change, NotNull(createRepo.Repo).ToCore(), createRepo.Description, createRepo.Update);
        else if (request.DeleteRepo is { } deleteRepo)
            DeleteRepo(change, deleteRepo);
        else if (request.StartCommit is { } start)
            response.Commit = Start(change, start);
        else if (request.FinishCommit is { } finish)
            Finish(change, finish);
        else if (request.SquashCommitSet is { } squash)
            CommitRemoval.SquashSet(change, squash.CommitSet?.Id ?? throw new PachException("commitset cannot be nil"));
        else if (request.CreateBranch is { } createBranch)
            CreateBranch(change, createBranch);
        else if (request.DeleteBranch is { } deleteBranch)
            DeleteBranch(change, NotNull(deleteBranch.Branch).ToCore(), deleteBranch.Force);
        else if (request.CreatePipelineV2 is { } pipeline)
            pipelines.Create(change, pipeline.CreatePipelineRequest.Clone(), pipeline.UserJson, pipeline.EffectiveJson);
        else if (request.StopJob is { } stop)
            Jobs.Stop(change, Jobs.Get(change.Tx, stop.Job ?? throw new PachException("Job must be specified")), stop.Reason.Length == 0 ? "job stopped" : stop.Reason);
        else
            throw new PachException("unrecognized transaction request type");
        return response;
    }

    public static bool DeleteRepo(Change change, DeleteRepoRequest request)
        => Repos.Delete(change, (request.Repo ?? throw new PachException("must specify repo")).ToCore(), request.Force);

    private static Commit Start(Change change, StartCommitRequest request)
    {
        return PachException.Within("start commit in transaction", () =>
        {
            BranchRef? branch = request.Branch is null || request.Branch.Name.Length == 0 ? null : request.Branch.ToCore();
            if (branch is not null)
                change.Require(branch.Repo, Permission.RepoWrite);
            return Commits.Start(change, branch, Parent(request.Parent), request.Description).Ref().ToProtoWithBranch();
        });
    }

    private static CommitHandle? Parent(Commit? parent)
        => PachException.Within("create commit: parent commit not found", parent.ToPicked);

    private static void Finish(Change change, FinishCommitRequest request)
    {
        CommitHandle handle = PachException.Within("check new file commit", () => request.Commit.ToHandle());
        change.Require(handle.Repo, Permission.RepoWrite);
        CommitRow commit = PachException.Within("finish commit in transaction", () => Commits.Pick(change.Tx, handle));
        Commits.Finish(change, commit, request.Description, request.Error, request.Force);
    }

    private static void DeleteBranch(Change change, BranchRef branch, bool force)
    {
        change.Require(branch.Repo, Permission.RepoDeleteBranch);
        BranchRow row = PachException.Within(
            $"get branch \"{branch.Key}\"", () => Branches.Find(change.Tx, branch) ?? throw Branches.NotFoundRow(change.Tx, branch));
        Branches.Delete(change, row, force);
    }

    private static void CreateBranch(Change change, CreateBranchRequest request)
    {
        BranchSpec spec = Spec(request);
        if (spec.Head is { } head && head.Repo.Name != spec.Branch.Repo.Name)
            throw new PachException("branch and head commit must belong to the same repo");
        change.Require(spec.Branch.Repo, Permission.RepoCreateBranch);
        Branches.Create(change, spec);
    }

    private static BranchSpec Spec(CreateBranchRequest request)
    {
        CommitHandle? head = request.Head?.ToHandle();
        return new BranchSpec(NotNull(request.Branch).ToCore())
        {
            Head = head,
            Provenance = [.. request.Provenance.Select(branch => branch.ToCore())],
            Propagation = [.. request.BranchPropagationSpecs
                .Select(spec => (NotNull(spec.Branch).ToCore(), spec.PropagationSpec?.Never == true))],
            Trigger = request.Trigger.ToCore(),
        };
    }

    private static Branch NotNull(Branch? branch) => branch ?? throw new PachException("branch cannot be nil");

    private static Repo NotNull(Repo? repo) => repo ?? throw new PachException("repo cannot be nil");
}
