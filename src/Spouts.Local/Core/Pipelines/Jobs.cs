using Spouts.Local.Core.Auth;
using Spouts.Local.Core.Metadata;
using Spouts.Local.Store;
using Spouts.Pachyderm.Protos.Auth;
using Spouts.Pachyderm.Protos.Pfs;
using Spouts.Pachyderm.Protos.Pps;

namespace Spouts.Local.Core.Pipelines;

/// <summary>The jobs of transform pipelines. They wait for workers, of which there are none here, until somebody ends them.</summary>
internal static class Jobs
{
    /// <summary>Makes a job of every commit that the transaction has opened on the output branch of a pipeline that is no spout.</summary>
    public static void Propagate(Change change)
    {
        if (change.Touched.Count == 0)
            return;
        foreach (CommitRow commit in change.Tx.CommitsOfSet(change.SetId).Where(c => c.Finishing is null && c.Type == RepoRef.User))
        {
            if (change.Tx.Pipeline(commit.Project, commit.Repo) is not { } row)
                continue;
            PipelineInfo info = PipelineStore.Current(change.Tx, row);
            if (info.Details.Spout is not null || info.Details.OutputBranch != commit.Branch)
                continue;
            change.Tx.Execute(
                "INSERT OR IGNORE INTO job (pipeline_id, id, version, state, created) VALUES (@Id, @SetId, @Version, @state, @Now)",
                new { row.Id, change.SetId, row.Version, state = (int)JobState.JobCreated, change.Now });
        }
    }

    /// <exception cref="PachException">There is no such job.</exception>
    public static JobRow Get(Tx tx, Job job)
        => tx.Find<JobRow>(
            "SELECT * FROM job_row WHERE project = @project AND pipeline = @pipeline AND id = @Id",
            new { project = job.Pipeline?.Project?.Name, pipeline = job.Pipeline?.Name, job.Id })
            ?? throw new PachException(ErrorKind.NotFound, $"jobs {job.Pipeline?.Project?.Name}/{job.Pipeline?.Name}@{job.Id} not found");

    /// <summary>Jobs, newest first.</summary>
    public static List<JobRow> List(Tx tx, Pipeline? pipeline)
        => pipeline is null
            ? tx.List<JobRow>("SELECT * FROM job_row ORDER BY ord DESC")
            : tx.List<JobRow>(
                "SELECT * FROM job_row WHERE project = @project AND pipeline = @Name ORDER BY ord DESC",
                new { project = pipeline.Project.Name, pipeline.Name });

    /// <summary>The jobs of one id, what is upstream before what is downstream of it.</summary>
    public static List<JobRow> OfSet(Tx tx, string id) => tx.List<JobRow>("SELECT * FROM job_row WHERE id = @id ORDER BY ord", new { id });

    /// <summary>The state of the newest job of a version or of one before it; unknown where there is none.</summary>
    public static JobState Latest(Tx tx, Pipeline pipeline, long version)
        => (JobState)tx.Find<int>(
            """
            SELECT state FROM job WHERE version <= @version AND pipeline_id = (SELECT id FROM pipeline WHERE project = @project AND name = @Name)
            ORDER BY ord DESC LIMIT 1
            """,
            new { version, project = pipeline.Project.Name, pipeline.Name });

    /// <summary>The commit that a job is to compute; null: it was removed.</summary>
    public static CommitRow? Output(Tx tx, JobRow job)
        => tx.Repo(job.Project, job.Pipeline, RepoRef.User) is { } repo ? tx.Commit(repo.Id, job.Id) : null;

    /// <summary>Ends a job that waits: its commits are finished with the reason as their error. One that has ended stays as it is.</summary>
    /// <exception cref="PachException">The caller may not write into its output.</exception>
    public static void Stop(Change change, JobRow job, string reason)
    {
        if (Output(change.Tx, job) is { } output)
            change.Require(output.RepoRef(), Permission.RepoWrite);
        foreach (string type in (string[])[RepoRef.Meta, RepoRef.User])
        {
            RepoRow? repo = change.Tx.Repo(job.Project, job.Pipeline, type);
            if (repo is not null && change.Tx.Commit(repo.Id, job.Id) is { Finishing: null } commit)
                Commits.Finish(change, commit, "", reason, force: true);
        }

        change.Tx.Execute(
            "UPDATE job SET state = @state, reason = @reason, finished = @Now WHERE ord = @Ord AND finished IS NULL",
            new { state = (int)JobState.JobKilled, reason, change.Now, job.Ord });
    }

    /// <summary>Ends all jobs of a pipeline that wait.</summary>
    public static void StopAll(Change change, Pipeline pipeline, string reason)
    {
        string who = change.Caller.Subject ?? "unknown_username";
        List<JobRow> waiting = change.Tx.List<JobRow>(
            "SELECT * FROM job_row WHERE project = @project AND pipeline = @Name AND finished IS NULL ORDER BY ord DESC",
            new { project = pipeline.Project.Name, pipeline.Name });
        foreach (JobRow job in waiting)
            Stop(change, job, $"{reason} for user {who}");
    }

    public static void Delete(Change change, JobRow job)
    {
        Stop(change, job, "job deleted");
        change.Tx.Execute("DELETE FROM job WHERE ord = @Ord", new { job.Ord });
    }

    /// <summary>A job as it is shown to a caller.</summary>
    /// <exception cref="PachException">The caller may not see its details.</exception>
    public static JobInfo Inspect(Tx tx, Caller caller, JobRow row, bool details)
    {
        if (details)
            Access.Require(tx, caller, new RepoRef(row.Project, row.Pipeline, RepoRef.User), Permission.PipelineListJob);
        return Info(tx, row, details);
    }

    public static JobInfo Info(Tx tx, JobRow row, bool details)
    {
        Pipeline pipeline = new() { Project = new Project { Name = row.Project }, Name = row.Pipeline };
        PipelineInfo version = PipelineStore.Version(tx, tx.Pipeline(row.Project, row.Pipeline)!, row.Version)!;
        Repo output = new() { Project = pipeline.Project.Clone(), Name = row.Pipeline, Type = RepoRef.User };
        return new JobInfo
        {
            Job = new Job { Pipeline = pipeline, Id = row.Id },
            PipelineVersion = (ulong)row.Version,
            OutputCommit = new Commit { Repo = output, Id = row.Id, Branch = new Branch { Repo = output.Clone(), Name = version.Details.OutputBranch } },
            Stats = new ProcessStats(),
            State = (JobState)row.State,
            Reason = row.Reason,
            Created = Times.Timestamp(row.Created),
            Started = row.Finished is { } ended ? Times.Timestamp(ended) : null,
            Finished = row.Finished is { } end ? Times.Timestamp(end) : null,
            Details = details ? Details(version.Details) : null,
        };
    }

    private static JobInfo.Types.Details Details(PipelineInfo.Types.Details from) => new()
    {
        Transform = from.Transform,
        ParallelismSpec = from.ParallelismSpec,
        Egress = from.Egress,
        Service = from.Service,
        Spout = from.Spout,
        ResourceRequests = from.ResourceRequests,
        ResourceLimits = from.ResourceLimits,
        SidecarResourceLimits = from.SidecarResourceLimits,
        SidecarResourceRequests = from.SidecarResourceRequests,
        Input = from.Input,
        Salt = from.Salt,
        DatumSetSpec = from.DatumSetSpec,
        DatumTimeout = from.DatumTimeout,
        JobTimeout = from.JobTimeout,
        DatumTries = from.DatumTries,
        SchedulingSpec = from.SchedulingSpec,
        PodSpec = from.PodSpec,
        PodPatch = from.PodPatch,
    };
}
