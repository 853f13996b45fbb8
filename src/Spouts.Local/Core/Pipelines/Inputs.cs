using Spouts.Pachyderm.Protos.Pps;

namespace Spouts.Local.Core.Pipelines;

/// <summary>The inputs of pipelines: defaults, rules, and the branches they stand for.</summary>
internal static class Inputs
{
    /// <summary>An input and everything nested in it.</summary>
    public static IEnumerable<Input> All(Input? input)
        => input is null
            ? []
            : input.Cross.Concat(input.Join).Concat(input.Group).Concat(input.Union).SelectMany(All).Append(input);

    public static void SetDefaults(Pipeline pipeline, Input? input)
    {
        foreach (PFSInput pfs in All(input).Select(i => i.Pfs).OfType<PFSInput>())
        {
            pfs.Project = pfs.Project.Length == 0 ? pipeline.Project.Name : pfs.Project;
            pfs.Branch = pfs.Branch.Length == 0 ? "master" : pfs.Branch;
            pfs.Name = pfs.Name.Length == 0 ? pfs.Repo : pfs.Name;
            pfs.RepoType = pfs.RepoType.Length == 0 ? RepoRef.User : pfs.RepoType;
            pfs.Glob = pfs.Glob.Length == 0 ? pfs.Glob : Paths.Clean(pfs.Glob);
        }

        foreach (CronInput cron in All(input).Select(i => i.Cron).OfType<CronInput>())
        {
            cron.Project = cron.Project.Length == 0 ? pipeline.Project.Name : cron.Project;
            cron.Repo = cron.Repo.Length == 0 ? $"{pipeline.Name}_{cron.Name}" : cron.Repo;
        }
    }

    public static void Check(Input? input)
    {
        foreach (Input one in All(input))
        {
            int kinds = (one.Pfs is null ? 0 : 1) + (one.Cron is null ? 0 : 1) + (one.Cross.Count > 0 ? 1 : 0) + (one.Join.Count > 0 ? 1 : 0)
                + (one.Group.Count > 0 ? 1 : 0) + (one.Union.Count > 0 ? 1 : 0);
            if (kinds > 1)
                throw new PachException("multiple input types set");
            if (kinds == 0)
                throw new PachException("no input set");
            if (one.Pfs is { Repo: "" })
                throw new PachException("input must specify a repo");
            if (one.Pfs is { S3: false, Glob: "" })
                throw new PachException("input must specify a glob");
        }
    }

    /// <summary>The branches that a pipeline's output depends on, its spec last.</summary>
    public static List<BranchRef> Provenance(PipelineInfo info)
    {
        List<BranchRef> branches = [];
        foreach (Input input in All(info.Details.Input))
        {
            if (input.Pfs is { } pfs)
                branches.Add(new BranchRef(new RepoRef(pfs.Project, pfs.Repo, pfs.RepoType), pfs.Branch));
            if (input.Cron is { } cron)
                branches.Add(new BranchRef(new RepoRef(cron.Project, cron.Repo, RepoRef.User), "master"));
        }

        branches.Add(new BranchRef(new RepoRef(info.Pipeline.Project.Name, info.Pipeline.Name, RepoRef.Spec), "master"));
        return [.. branches.Distinct()];
    }
}
