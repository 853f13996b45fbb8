using Google.Protobuf.WellKnownTypes;
using Spouts.Local.Core;
using Spouts.Local.Core.Metadata;
using Spouts.Pachyderm.Protos.Pfs;

namespace Spouts.Local.Services;

/// <summary>Translates between the protocol and the core: names and times.</summary>
internal static class Wire
{
    public static RepoRef ToCore(this Repo repo) => new(ProjectName(repo.Project), repo.Name, repo.Type);

    public static string ProjectName(Project? project) => string.IsNullOrEmpty(project?.Name) ? Names.DefaultProject : project.Name;

    public static BranchRef ToCore(this Branch branch)
        => new((branch.Repo ?? throw new PachException("branch repo cannot be nil")).ToCore(), branch.Name);

    /// <summary>A commit that a caller must name.</summary>
    public static CommitHandle ToHandle(this Commit? commit)
    {
        if (commit is null)
            throw new PachException("commit cannot be nil");
        Repo repo = commit.Repo ?? commit.Branch?.Repo ?? throw new PachException("commit must have a repo");
        string? branch = commit.Branch?.Name;
        return new CommitHandle(repo.ToCore(), commit.Id, branch);
    }

    /// <summary>A commit where the real server checks nothing before it looks for it: the branch's repo is then not enough.</summary>
    public static CommitHandle? ToPicked(this Commit? commit) => commit switch
    {
        null => null,
        { Repo: null } => throw new PachException("pick commit tx: cannot pick commit with no repo"),
        _ => commit.ToHandle(),
    };

    public static Project ToProject(string name) => new() { Name = name };

    public static Repo ToProto(this RepoRef repo) => new() { Project = ToProject(repo.Project), Name = repo.Name, Type = repo.Type };

    public static Branch ToProto(this BranchRef branch) => new() { Repo = branch.Repo.ToProto(), Name = branch.Name };

    /// <summary>The commit without its branch: that is how servers since 2.11 answer in most places.</summary>
    public static Commit ToProto(this CommitRef commit) => new() { Repo = commit.Repo.ToProto(), Id = commit.Id };

    /// <summary>The commit with its branch, as in lists of children and of provenance.</summary>
    public static Commit ToProtoWithBranch(this CommitRef commit)
    {
        Commit proto = commit.ToProto();
        if (commit.Branch is not null)
            proto.Branch = new Branch { Repo = commit.Repo.ToProto(), Name = commit.Branch };
        return proto;
    }

    public static Duration ToDuration(long ticks)
    {
        long seconds = Math.DivRem(ticks, TimeSpan.TicksPerSecond, out long rest);
        return new Duration { Seconds = seconds, Nanos = (int)rest * 100 };
    }

    public static Pachyderm.Protos.Pfs.Trigger? ToProto(this Core.Metadata.Trigger? trigger) => trigger is null ? null : new()
    {
        Branch = trigger.Branch,
        All = trigger.All,
        RateLimitSpec = trigger.RateLimit,
        Size = trigger.Size,
        Commits = trigger.Commits,
        CronSpec = trigger.Cron,
    };

    public static Core.Metadata.Trigger? ToCore(this Pachyderm.Protos.Pfs.Trigger? trigger) => trigger is null
        ? null
        : new(trigger.Branch, trigger.All, trigger.RateLimitSpec, trigger.Size, trigger.Commits, trigger.CronSpec);
}
