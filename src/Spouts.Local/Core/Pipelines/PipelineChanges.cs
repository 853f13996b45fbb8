using Spouts.Local.Core.Auth;
using Spouts.Local.Core.Metadata;
using Spouts.Local.Store;
using Spouts.Pachyderm.Protos.Auth;
using Spouts.Pachyderm.Protos.Pps;

namespace Spouts.Local.Core.Pipelines;

/// <summary>Creates, updates, stops, starts and deletes pipelines.</summary>
internal sealed class PipelineChanges(PipelineEvents events, PodTrial trial)
{
    public void Create(Change change, CreatePipelineRequest spec, string userJson, string effectiveJson)
    {
        Tx tx = change.Tx;
        PipelineRow? old = Existing(tx, spec.Pipeline);
        if (old is not null && !spec.Update)
            throw new PachException(ErrorKind.AlreadyExists, $"pipeline \"{old}\" already exists");
        SpecRules.CheckRequest(spec);
        PipelineInfo? before = old is null ? null : PipelineStore.Current(tx, old);
        PipelineInfo info = Describe(change, spec, before);
        info.UserSpecJson = userJson;
        info.EffectiveSpecJson = effectiveJson;
        CheckInputs(change, info);
        PipelineAccess.RequireInputs(tx, change.Caller, info);
        if (old is not null)
            PipelineAccess.Require(tx, change.Caller, info.Pipeline, Permission.RepoWrite);
        RepoRef output = new(info.Pipeline.Project.Name, info.Pipeline.Name, RepoRef.User);
        RepoRef specRepo = output with { Type = RepoRef.Spec };
        if (old is null)
            CreateRepos(change, output, specRepo);
        info.SpecCommit = SpecCommit(change, spec, specRepo);
        LateFailures.Judge(info, trial);
        ControllerNames.Claim(tx, info);
        PipelineStore.Save(change, info);
        if (old is not null)
            ReleaseName(change, old);
        PipelineAccess.Enrol(change, info, before);
        if (old is not null)
            Jobs.StopAll(change, info.Pipeline, "all jobs killed because pipeline was updated");
        List<BranchRef> provenance = info.Stopped ? [] : Inputs.Provenance(info);
        BranchRef branch = new(output, info.Details.OutputBranch);
        PachException.Within(
            "could not create/update output branch",
            () => Branches.Create(change, new BranchSpec(branch) { Provenance = provenance }));
        if (info.Details.Spout is not null)
            CloseFirstCommit(change, branch);
        if (info.Details is { Spout: null, Service: null })
            CreateMeta(change, output with { Type = RepoRef.Meta }, info, provenance);
        Tell(change, info.Pipeline);
    }

    public void Stop(Change change, Pipeline pipeline, bool mustExist)
    {
        Tx tx = change.Tx;
        if (tx.Pipeline(pipeline.Project.Name, pipeline.Name) is not { } row)
        {
            if (mustExist)
                PipelineLookup.Get(tx, pipeline);
            return;
        }

        PipelineInfo info = PipelineStore.Current(tx, row);
        PipelineAccess.Require(tx, change.Caller, info.Pipeline, Permission.RepoWrite);
        SetProvenance(change, info, []);
        SetState(tx, row, info, PipelineState.PipelinePaused);
        Jobs.StopAll(change, info.Pipeline, "all jobs killed because pipeline was stopped");
        Tell(change, pipeline);
    }

    public void Start(Change change, Pipeline pipeline)
    {
        PipelineRow row = PipelineLookup.Get(change.Tx, pipeline);
        PipelineInfo info = PipelineStore.Current(change.Tx, row);
        PipelineAccess.Require(change.Tx, change.Caller, info.Pipeline, Permission.RepoWrite);
        SetProvenance(change, info, Inputs.Provenance(info));
        if (row.Stopped)
            PipelineStore.SetWorkersStarted(change, row);
        SetState(change.Tx, row, info, PipelineState.PipelineRunning);
        Tell(change, pipeline);
    }

    /// <summary>Deletes stopped pipelines and their repos, all or nothing; what is kept loses its provenance.</summary>
    public void Delete(Change change, IEnumerable<Pipeline> doomed, bool force, bool keepRepo)
    {
        List<RepoRow> repos = [];
        foreach (Pipeline pipeline in doomed)
        {
            if (change.Tx.Pipeline(pipeline.Project.Name, pipeline.Name) is { } row)
                repos.AddRange(Delete(change, row, keepRepo));
        }

        Repos.DeleteAll(change, repos, force);
    }

    /// <summary>Tells that something has become of every pipeline.</summary>
    public void TellAll(Change change)
    {
        foreach (PipelineRow row in change.Tx.Pipelines())
            Tell(change, new Pipeline { Project = new Pachyderm.Protos.Pfs.Project { Name = row.Project }, Name = row.Name });
    }

    // The repos that go with it are left to the caller.
    private List<RepoRow> Delete(Change change, PipelineRow row, bool keepRepo)
    {
        Tx tx = change.Tx;
        PipelineInfo info = PipelineStore.Current(tx, row);
        // A pipeline that lost its repo may be deleted by anybody.
        if (tx.Repo(row.Project, row.Name, RepoRef.User) is not null)
            PipelineAccess.Require(tx, change.Caller, info.Pipeline, Permission.RepoDelete);
        PipelineAccess.Dismiss(change, info);
        tx.Execute("DELETE FROM pipeline WHERE id = @Id", new { row.Id });
        ReleaseName(change, row);
        if (keepRepo)
        {
            Branches.Create(
                change, new BranchSpec(new BranchRef(new RepoRef(row.Project, row.Name, RepoRef.User), info.Details.OutputBranch)));
        }

        IEnumerable<RepoRow> cron = Inputs.All(info.Details.Input).Where(input => input.Cron is not null)
            .Select(input => tx.Repo(row.Project, input.Cron.Repo, RepoRef.User)).OfType<RepoRow>();
        Tell(change, info.Pipeline);
        return [.. tx.ReposNamed(row.Project, row.Name).Where(repo => !keepRepo || repo.Type != RepoRef.User), .. cron];
    }

    // Neither a failed pipeline nor one whose controller's name is taken is brought up or down by a start or a stop. The
    // others forget why they crashed.
    private static void SetState(Tx tx, PipelineRow row, PipelineInfo info, PipelineState state)
    {
        bool stopped = state == PipelineState.PipelinePaused;
        if (info.State is PipelineState.PipelineFailure or PipelineState.PipelineRestarting)
            PipelineStore.SetState(tx, row, info.State, stopped);
        else
            PipelineStore.SetState(tx, row, state, stopped, reason: "");
    }

    // Whoever waited for the name runs from now on.
    private void ReleaseName(Change change, PipelineRow before)
    {
        if (ControllerNames.Release(change.Tx, before) is { } next)
            Tell(change, new Pipeline { Project = new Pachyderm.Protos.Pfs.Project { Name = next.Project }, Name = next.Name });
    }

    // A name with an ancestry suffix is looked up like one, and refused only then.
    private static PipelineRow? Existing(Tx tx, Pipeline pipeline)
    {
        try
        {
            PipelineLookup.Inspect(tx, pipeline);
            return tx.Pipeline(pipeline.Project.Name, pipeline.Name);
        }
        catch (PachException e) when (e.Kind == ErrorKind.NotFound)
        {
            return null;
        }
    }

    private static PipelineInfo Describe(Change change, CreatePipelineRequest spec, PipelineInfo? before)
    {
        PipelineInfo info = SpecInfo.From(spec);
        info.Details.UpdatedAt = Times.Timestamp(change.Now);
        info.Details.Salt = spec.Salt.Length == 0 || spec.Reprocess ? Names.NewId() : spec.Salt;
        info.Details.CreatedAt = before?.Details.CreatedAt ?? info.Details.UpdatedAt;
        info.Details.CreatedBy = before?.Details.CreatedBy ?? change.Maker;
        if (before is not null && !spec.Reprocess)
            info.Details.Salt = before.Details.Salt;
        info.Version = (before?.Version ?? 0) + 1;
        info.Stopped = before?.Stopped ?? false;
        info.Details.WorkersStartedAt = info.Stopped ? null : info.Details.UpdatedAt;
        info.State = info.Stopped ? PipelineState.PipelinePaused : PipelineState.PipelineRunning;
        return info;
    }

    private static void CheckInputs(Change change, PipelineInfo info)
    {
        foreach (Input input in Inputs.All(info.Details.Input))
        {
            if (input.Pfs is { } pfs)
                Repos.Get(change.Tx, new RepoRef(pfs.Project, pfs.Repo, pfs.RepoType));
            if (input.Cron is { } cron && change.Tx.Repo(cron.Project, cron.Repo, RepoRef.User) is null)
            {
                Repos.Create(
                    change, new RepoRef(cron.Project, cron.Repo, RepoRef.User), $"Cron tick repo for pipeline {Text(info.Pipeline)}.", update: false);
            }
        }
    }

    private static void CreateRepos(Change change, RepoRef output, RepoRef spec)
    {
        try
        {
            PachException.Within(
                $"error creating output repo for {output.Name}",
                () => Repos.Create(change, output, $"Output repo for pipeline {output.Project}/{output.Name}.", update: false));
        }
        catch (PachException e) when (e.Kind == ErrorKind.AlreadyExists)
        {
            throw new PachException($"pipeline \"{output.Name}\" cannot be created because a repo with the same name already exists");
        }

        Repos.Create(change, spec, $"Spec repo for pipeline {output.Project}/{output.Name}.", update: true);
    }

    private static Pachyderm.Protos.Pfs.Commit SpecCommit(Change change, CreatePipelineRequest spec, RepoRef specRepo)
    {
        if (spec.SpecCommit is { Repo: { } repo } given)
        {
            CommitHandle handle = new(new RepoRef(repo.Project?.Name ?? specRepo.Project, repo.Name, repo.Type), given.Id, given.Branch?.Name);
            PachException.Within("error inspecting spec commit", () => Commits.Pick(change.Tx, handle));
            return given;
        }

        CommitRow commit = Commits.Start(change, new BranchRef(specRepo, "master"), null, "");
        Commits.Finish(change, commit, "", "", force: false);
        Pachyderm.Protos.Pfs.Repo proto = new()
        {
            Project = new Pachyderm.Protos.Pfs.Project { Name = specRepo.Project },
            Name = specRepo.Name,
            Type = specRepo.Type,
        };
        return new Pachyderm.Protos.Pfs.Commit
        {
            Repo = proto,
            Id = commit.SetId,
            Branch = new Pachyderm.Protos.Pfs.Branch { Repo = proto.Clone(), Name = "master" },
        };
    }

    // The head that a new spout begins with is closed at once, so that the spout can start its first commit on it.
    private static void CloseFirstCommit(Change change, BranchRef branch)
    {
        CommitRow? first;
        try
        {
            first = Commits.Pick(change.Tx, new CommitHandle(branch.Repo, change.SetId, null));
        }
        catch (PachException e) when (e.Kind == ErrorKind.NotFound)
        {
            return;
        }

        PachException.Within(
            $"could not finish the spout's commit \"{branch}\"", () => Commits.Finish(change, first, "close spout commit", "", force: false));
    }

    private static void CreateMeta(Change change, RepoRef meta, PipelineInfo info, List<BranchRef> provenance)
    {
        if (change.Tx.Repo(meta.Project, meta.Name, meta.Type) is null)
            Repos.Create(change, meta, $"Meta repo for pipeline {meta.Name}", update: false);
        PachException.Within(
            "could not create/update meta branch",
            () => Branches.Create(change, new BranchSpec(new BranchRef(meta, info.Details.OutputBranch)) { Provenance = provenance }));
    }

    private static void SetProvenance(Change change, PipelineInfo info, List<BranchRef> provenance)
    {
        RepoRef output = new(info.Pipeline.Project.Name, info.Pipeline.Name, RepoRef.User);
        Branches.Create(change, new BranchSpec(new BranchRef(output, info.Details.OutputBranch)) { Provenance = provenance });
        if (info.Details is { Spout: null, Service: null })
        {
            RepoRef meta = output with { Type = RepoRef.Meta };
            Branches.Create(change, new BranchSpec(new BranchRef(meta, info.Details.OutputBranch)) { Provenance = provenance });
        }
    }

    private void Tell(Change change, Pipeline pipeline)
        => change.AfterCommit(() => events.Raise(pipeline.Project.Name, pipeline.Name));

    private static string Text(Pipeline pipeline) => $"{pipeline.Project.Name}/{pipeline.Name}";
}
