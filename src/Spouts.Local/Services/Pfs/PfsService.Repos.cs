using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Spouts.Local.Core;
using Spouts.Local.Core.Auth;
using Spouts.Local.Core.Metadata;
using Spouts.Local.Store;
using Spouts.Pachyderm.Protos.Auth;
using Spouts.Pachyderm.Protos.Pfs;
using Spouts.Pachyderm.Protos.Transaction;

namespace Spouts.Local.Services;

/// <content>Projects, repos and branches.</content>
internal sealed partial class PfsService
{
    public override async Task<Empty> CreateProject(CreateProjectRequest request, ServerCallContext context)
    {
        string name = ProjectName(request.Project);
        await ChangeAsync(context, change => Projects.Create(change, name, request.Description, request.Update));
        return new Empty();
    }

    public override Task<ProjectInfo> InspectProject(InspectProjectRequest request, ServerCallContext context)
    {
        if (request.Project is null)
            throw Requests.Missing(nameof(InspectProjectRequest), "Project");
        return Task.FromResult(pachd.Read(tx => InspectProject(tx, context.Caller(), request.Project.Name)));
    }

    public override Task<InspectProjectV2Response> InspectProjectV2(InspectProjectV2Request request, ServerCallContext context)
    {
        if (request.Project is null)
            throw Requests.Missing(nameof(InspectProjectV2Request), "Project");
        return Task.FromResult(pachd.Read(tx => new InspectProjectV2Response
        {
            Info = PachException.Within(
                $"could not inspect project \"{request.Project.Name}\"", () => InspectProject(tx, context.Caller(), request.Project.Name)),
            DefaultsJson = Core.Pipelines.Defaults.Project(tx, request.Project.Name).ProjectDefaultsJson,
        }));
    }

    public override async Task ListProject(ListProjectRequest request, IServerStreamWriter<ProjectInfo> responseStream, ServerCallContext context)
    {
        List<ProjectInfo> infos = pachd.Read(tx => tx.Projects().ConvertAll(row => PachException.Within(
            $"list projects: list projects in transaction: getting permissions for project {row.Name}",
            () => Infos.Project(tx, context.Caller(), row))));
        foreach (ProjectInfo info in infos)
            await responseStream.WriteAsync(info, context.CancellationToken);
    }

    public override async Task<Empty> DeleteProject(DeleteProjectRequest request, ServerCallContext context)
    {
        string name = ProjectName(request.Project);
        await ChangeAsync(context, change => Projects.Delete(change, name, request.Force));
        return new Empty();
    }

    public override async Task<Empty> CreateRepo(CreateRepoRequest request, ServerCallContext context)
    {
        await runner.RunAsync(new TransactionRequest { CreateRepo = request }, context);
        return new Empty();
    }

    public override Task<RepoInfo> InspectRepo(InspectRepoRequest request, ServerCallContext context)
    {
        RepoRef repo = NotNull(request.Repo).ToCore();
        return Task.FromResult(pachd.Read(tx => Infos.Repo(tx, context.Caller(), Repos.Get(tx, repo), details: true)));
    }

    public override async Task ListRepo(ListRepoRequest request, IServerStreamWriter<RepoInfo> responseStream, ServerCallContext context)
    {
        List<RepoInfo> infos = PachException.Within(
            "WithReadContext: listRepoInTransaction: for each repo: for each repo",
            () => pachd.Read(tx => ListedRepos(tx, request)
                .Where(row => Access.Lists(tx, context.Caller(), row.Ref()))
                .Select(row => Infos.Repo(tx, context.Caller(), row, details: false)).ToList()));
        foreach (RepoInfo info in infos)
            await responseStream.WriteAsync(info, context.CancellationToken);
    }

    public override async Task<DeleteRepoResponse> DeleteRepo(DeleteRepoRequest request, ServerCallContext context)
    {
        if (request.Repo is null)
            throw new PachException(ErrorKind.InvalidArgument, "no repo specified");
        bool deleted = await PachException.WithinAsync("delete repo", async () => RequestRunner.IsInTransaction(context)
            ? (await runner.RunAsync(new TransactionRequest { DeleteRepo = request }, context)) is not null
            : await pachd.ChangeAsync(context.Caller(), change => RequestRunner.DeleteRepo(change, request), context.CancellationToken));
        return new DeleteRepoResponse { Deleted = deleted };
    }

    public override async Task<DeleteReposResponse> DeleteRepos(DeleteReposRequest request, ServerCallContext context)
    {
        DeleteReposResponse response = new();
        if (!request.All && request.Projects.Count == 0)
            return response;
        List<string>? projects = request.All ? null : [.. request.Projects.Select(Wire.ProjectName)];
        List<RepoRef> deleted = await pachd.ChangeAsync(
            context.Caller(),
            change => PachException.Within("delete repos", () => Repos.DeleteIn(change, projects, request.Force)),
            context.CancellationToken);
        response.Repos.AddRange(deleted.Select(repo => repo.ToProto()));
        return response;
    }

    public override async Task<Empty> CreateBranch(CreateBranchRequest request, ServerCallContext context)
    {
        await runner.RunAsync(new TransactionRequest { CreateBranch = request }, context);
        return new Empty();
    }

    public override Task<BranchInfo> InspectBranch(InspectBranchRequest request, ServerCallContext context)
    {
        if (request.Branch is null)
            throw new PachException("branch cannot be nil");
        BranchRef branch = request.Branch.ToCore();
        return Task.FromResult(pachd.Read(tx => Infos.Branch(tx, Branches.Inspect(tx, branch))));
    }

    public override async Task ListBranch(ListBranchRequest request, IServerStreamWriter<BranchInfo> responseStream, ServerCallContext context)
    {
        RepoRef? repo = request.Repo?.ToCore();
        List<BranchInfo> branches = pachd.Read(tx =>
        {
            List<BranchRow> rows = repo is null ? AllBranches(tx, request.Reverse) : BranchesOf(tx, context.Caller(), repo);
            if (repo is not null && request.Reverse)
                rows.Reverse();
            return rows.ConvertAll(row => Infos.Branch(tx, row));
        });
        foreach (BranchInfo branch in branches)
            await responseStream.WriteAsync(branch, context.CancellationToken);
    }

    public override async Task<Empty> DeleteBranch(DeleteBranchRequest request, ServerCallContext context)
    {
        if (request.Branch is null)
            throw Requests.Missing(nameof(DeleteBranchRequest), "Branch");
        if (request.Branch.Repo is null)
            throw new PachException($"get branch \"/.@{request.Branch.Name}\": could not get branch: {Names.InvalidRepoType("")}");
        await runner.RunAsync(new TransactionRequest { DeleteBranch = request }, context);
        return new Empty();
    }

    public override async Task<ActivateAuthResponse> ActivateAuth(ActivateAuthRequest request, ServerCallContext context)
    {
        await ChangeAsync(context, AuthState.BindExisting);
        return new ActivateAuthResponse();
    }

    // Sorted by provenance: all of them, or backwards those alone that one transaction made.
    private static List<BranchRow> AllBranches(Tx tx, bool reverse)
    {
        if (AuthState.IsActive(tx))
            throw new PachException("Cannot list branches from all repos with auth activated");
        IEnumerable<BranchRow> newestFirst = tx.AllBranches();
        return reverse
            ? [.. newestFirst.Reverse().OrderBy(row => row.CreatedAt).ThenByDescending(row => tx.Provenance(row.Id).Count)]
            : [.. newestFirst.OrderBy(row => tx.Provenance(row.Id).Count)];
    }

    // A repo without a name stands for all of its project and type, though with auth nobody has a right on it.
    private static List<BranchRow> BranchesOf(Tx tx, Caller caller, RepoRef repo)
    {
        Access.Require(tx, caller, repo, Permission.RepoListBranch);
        return repo.Name.Length > 0
            ? tx.BranchesOf(Repos.Get(tx, repo).Id)
            : tx.AllBranches().FindAll(row => row.Project == repo.Project && (repo.Type.Length == 0 || row.Type == repo.Type));
    }

    private static ProjectInfo InspectProject(Tx tx, Caller caller, string name)
    {
        ProjectRow row = PachException.Within($"error getting project \"{name}\"", () => Projects.Get(tx, name));
        return PachException.Within(
            $"error getting permissions for project \"{name}\": cannot get permissions for principal: cannot evaluate role binding",
            () => Infos.Project(tx, caller, row));
    }

    private static string ProjectName(Project? project)
        => project?.Name ?? throw new PachException("invalid project name: nil project");

    private static Repo NotNull(Repo? repo) => repo ?? throw new PachException("repo cannot be nil");

    private static List<RepoRow> ListedRepos(Tx tx, ListRepoRequest request)
    {
        List<string>? projects = request.Projects.Count == 0 ? null : [.. request.Projects.Select(Wire.ProjectName)];
        string? type = request.Type.Length == 0 ? null : request.Type;
        if (type is not null)
            Names.CheckRepoType(type, "getting page");
        if (request.Page is not { } page)
            return tx.Repos(type, projects);
        if (page.PageSize < 0)
        {
            throw new PachException("getting page: ERROR: bigint out of range (SQLSTATE 22003)");
        }

        return tx.Repos(type, projects, page.PageSize, page.PageSize * page.PageIndex);
    }
}
