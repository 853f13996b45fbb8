using Spouts.Local.Core.Auth;
using Spouts.Local.Core.Jq;
using Spouts.Local.Store;
using Spouts.Pachyderm.Protos.Auth;
using Spouts.Pachyderm.Protos.Pps;

namespace Spouts.Local.Core.Pipelines;

/// <summary>Lists jobs, and sets of jobs of one id, newest first unless told otherwise.</summary>
internal static class JobList
{
    public static List<JobInfo> Of(Tx tx, Caller caller, ListJobRequest request, JqFilter? filter)
    {
        HashSet<string> projects = [.. request.Projects.Select(project => project.Name)];
        HashSet<string>? sets = Intersection(tx, request);
        long history = request.History < 0 ? long.MaxValue : request.History;
        Dictionary<long, long> newest = tx.Pipelines().ToDictionary(row => row.Id, row => row.Version);
        IEnumerable<JobInfo> infos =
            from row in Ordered(Jobs.List(tx, request.Pipeline), request.Reverse)
            where IsPast(row, request.PaginationMarker is { } marker ? Times.Ticks(marker) : null, request.Reverse)
            where !request.Details || Access.Allows(tx, caller, ResourceRef.Repo(new RepoRef(row.Project, row.Pipeline, RepoRef.User)), Permission.PipelineListJob)
            where sets is null || sets.Contains(row.Id)
            where newest[row.PipelineId] - row.Version <= history
            where projects.Count == 0 || projects.Contains(row.Project)
            select Jobs.Info(tx, row, request.Details);
        return [.. Passing(infos, filter).Take(Limit(request.Number))];
    }

    public static List<JobSetInfo> Sets(Tx tx, Caller caller, ListJobSetRequest request, JqFilter? filter)
    {
        HashSet<string> projects = [.. request.Projects.Select(project => project.Name)];
        IEnumerable<JobSetInfo> sets =
            from job in Ordered(Jobs.List(tx, null), request.Reverse)
            group job by job.Id into jobs
            where IsPast(jobs.First(), request.PaginationMarker is { } marker ? Times.Ticks(marker) : null, request.Reverse)
            let infos = Passing(
                from row in jobs.OrderBy(row => row.Ord)
                where projects.Count == 0 || projects.Contains(row.Project)
                select Jobs.Inspect(tx, caller, row, request.Details), filter).ToList()
            where infos.Count > 0
            select new JobSetInfo { JobSet = new JobSet { Id = jobs.Key }, Jobs = { infos } };
        return [.. sets.Take(Limit(request.Number))];
    }

    // None of the real server's counts down from a negative number ever meets zero.
    private static int Limit(long number) => number <= 0 ? int.MaxValue : (int)Math.Min(number, int.MaxValue);

    private static IEnumerable<JobRow> Ordered(List<JobRow> newestFirst, bool reverse)
        => reverse ? newestFirst.AsEnumerable().Reverse() : newestFirst;

    private static bool IsPast(JobRow row, long? marker, bool reverse)
        => marker is null || (reverse ? row.Created > marker : row.Created < marker);

    private static IEnumerable<JobInfo> Passing(IEnumerable<JobInfo> infos, JqFilter? filter)
        => infos.Where(info => filter is null || PachException.Within("error filtering job", () => filter.Passes(info)));

    // The jobs that every one of the commits leads to. A commit leads to the sets of what is downstream of it.
    private static HashSet<string>? Intersection(Tx tx, ListJobRequest request)
    {
        HashSet<string>? common = null;
        foreach (Pachyderm.Protos.Pfs.Commit input in request.InputCommit)
        {
            // The real server only compares: what names no commit leads nowhere.
            if (input.Repo is not { } repo)
                return [];
            string project = string.IsNullOrEmpty(repo.Project?.Name) ? Names.DefaultProject : repo.Project.Name;
            CommitRow commit = Metadata.Commits.Pick(tx, new CommitHandle(new RepoRef(project, repo.Name, repo.Type), input.Id, input.Branch?.Name));
            HashSet<string> sets = [commit.SetId, .. tx.CommitSubvenance(commit.Id).Select(downstream => downstream.SetId)];
            common = common is null ? sets : [.. common.Intersect(sets)];
        }

        return common;
    }
}
