using Grpc.Core;
using Spouts.Pachyderm.Protos.Auth;
using Spouts.Pachyderm.Protos.Pfs;
using Spouts.Pachyderm.Protos.Pps;
using Spouts.Pachyderm.Protos.Storage;
using Spouts.Pachyderm.Protos.Transaction;
using Metadata = Grpc.Core.Metadata;

namespace Spouts.Local.Tests.Walking;

/// <summary>Reads through the door what holds of a walker's project, and of the handles and tokens that it knows.</summary>
internal static class ProjectView
{
    /// <summary>What every project begins with.</summary>
    public static async Task CreateAsync(Walker w)
    {
        await w.Server.Pfs.CreateProjectAsync(new() { Project = new Project { Name = w.Project } });
        await w.Server.Pfs.CreateRepoAsync(new() { Repo = w.Repo(PfsCalls.Input) });
        await PfsCalls.WriteAsync(w, PfsCalls.Input, []);
    }

    public static async Task<Facts> ReadAsync(Walker w)
    {
        Facts facts = new();
        foreach (RepoInfo repo in await AllAsync(w.Server.Pfs.ListRepo(new() { Type = "user", Projects = { new Project { Name = w.Project } } })))
            facts[$"repo {repo.Repo.Name}"] = repo.Description;
        await ReadSideAsync(w, facts);
        foreach (string repo in facts.Under("repo ").Where(name => name[0] == 'r'))
            await ReadCommitsAsync(w, repo, facts);
        facts["commits in"] = $"{(await CommitsAsync(w, PfsCalls.Input)).Count}";
        await ReadPipelinesAsync(w, facts);
        await ReadKnownAsync(w, facts);
        return facts;
    }

    private static async Task ReadSideAsync(Walker w, Facts facts)
    {
        foreach (ProjectInfo project in (await AllAsync(w.Server.Pfs.ListProject(new()))).Where(info => info.Project.Name == w.Project + "-x"))
        {
            facts["side project"] = project.Description;
            foreach (RepoInfo repo in await AllAsync(w.Server.Pfs.ListRepo(new() { Type = "user", Projects = { project.Project } })))
                facts[$"side repo {repo.Repo.Name}"] = repo.Description;
        }
    }

    private static async Task<List<CommitInfo>> CommitsAsync(Walker w, string repo)
        => await AllAsync(w.Server.Pfs.ListCommit(new() { Repo = w.Repo(repo), Reverse = true, All = true }));

    private static async Task ReadCommitsAsync(Walker w, string repo, Facts facts)
    {
        List<string> commits = [];
        List<CommitInfo> infos = await CommitsAsync(w, repo);
        foreach (CommitInfo info in infos)
        {
            if (info.Finishing is not null)
                await w.Server.Pfs.InspectCommitAsync(new() { Commit = info.Commit, Wait = CommitState.Finished });
            commits.Add((info.Finishing is null ? Facts.Open : Facts.Closed) + await FilesAsync(w, info.Commit));
        }

        facts.SetCommits(repo, commits);
        foreach (BranchInfo branch in (await AllAsync(w.Server.Pfs.ListBranch(new() { Repo = w.Repo(repo) }))).Where(info => info.Branch.Name == "side"))
            facts[$"branch {repo}"] = $"at {infos.FindIndex(info => info.Commit.Id == branch.Head.Id)}";
    }

    private static async Task<string> FilesAsync(Walker w, Commit commit)
    {
        string set = (await w.Server.Pfs.GetFileSetAsync(new() { Commit = commit })).FileSetId;
        return await FileSetAsync(w, set);
    }

    private static async Task<string> FileSetAsync(Walker w, string handle)
    {
        List<ReadFilesetResponse> pieces = await AllAsync(w.Server.FileSets.ReadFileset(new() { FilesetId = handle }));
        return Facts.Files(pieces.GroupBy(piece => piece.Path)
            .Select(file => KeyValuePair.Create(file.Key, string.Concat(file.Select(piece => piece.Data!.ToStringUtf8())))));
    }

    private static async Task ReadPipelinesAsync(Walker w, Facts facts)
    {
        foreach (PipelineInfo info in await AllAsync(w.Server.Pps.ListPipeline(new() { Projects = { new Project { Name = w.Project } } })))
        {
            facts[$"pipeline {info.Pipeline.Name}"] = $"{info.Version} {(info.Stopped ? "stopped" : "running")}";
            if (info.Type == PipelineInfo.Types.PipelineType.Transform)
                facts.SetJobs(info.Pipeline.Name, (await AllAsync(w.Server.Pps.ListJob(new() { Pipeline = info.Pipeline, History = -1 }))).Select(job => job.State.ToString()));
        }

        if ((await w.Server.Pps.ListSecretAsync(new())).SecretInfo.Any(info => info.Secret.Name == PpsCalls.Secret(w).Name))
            facts["secret"] = "";
        string defaults = (await w.Server.Pps.GetProjectDefaultsAsync(new() { Project = new Project { Name = w.Project } })).ProjectDefaultsJson;
        if (defaults != "{}")
            facts["defaults"] = defaults;
    }

    private static async Task ReadKnownAsync(Walker w, Facts facts)
    {
        foreach (string handle in w.Known.Under("fileset "))
            facts[$"fileset {handle}"] = await FileSetAsync(w, handle);
        foreach (string id in w.Known.Under("transaction "))
        {
            if ((await w.Server.Transactions.ListTransactionAsync(new())).TransactionInfo.FirstOrDefault(info => info.Transaction.Id == id) is { } open)
                facts[$"transaction {id}"] = string.Concat(open.Requests.Select(request => $" {request.CreateRepo.Repo.Name}={request.CreateRepo.Description}"));
        }

        foreach (string token in w.Known.Under("token "))
        {
            if (await IsGoodAsync(w, token))
                facts[$"token {token}"] = "good";
        }

        RoleBinding binding = (await w.Server.Auth.GetRoleBindingAsync(new() { Resource = OtherCalls.Resource(w) })).Binding;
        if (binding.Entries.TryGetValue(OtherCalls.Robot(w), out Roles? roles))
            facts["roles"] = string.Join(' ', roles.Roles_.Keys);
    }

    private static async Task<bool> IsGoodAsync(Walker w, string token)
    {
        try
        {
            await w.Server.Auth.WhoAmIAsync(new(), new Metadata { { "authn-token", token } });
            return true;
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.Unauthenticated)
        {
            return false;
        }
    }

    public static async Task<List<T>> AllAsync<T>(AsyncServerStreamingCall<T> call)
    {
        using (call)
        {
            List<T> all = [];
            await foreach (T one in call.ResponseStream.ReadAllAsync())
                all.Add(one);
            return all;
        }
    }
}
