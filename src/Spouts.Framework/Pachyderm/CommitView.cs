using Spouts.Pachyderm.Protos.Pfs;

namespace Spouts.Pachyderm;

/// <summary>What a publisher needs to know of a commit.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Parent">Its parent's id; empty for the first commit of a repo.</param>
/// <param name="IsOpen">Whether it still takes data: nobody has finished it.</param>
/// <param name="IsFinished">Whether Pachyderm has compacted and validated it; only then is it durable and readable.</param>
/// <param name="Error">Why it does not count; empty where it does.</param>
/// <param name="Description">Its description.</param>
/// <param name="SpecCommit">The commit of the pipeline's spec repo in its provenance; empty where the pipeline is stopped.</param>
internal sealed record CommitView(
    string Id, string Parent, bool IsOpen, bool IsFinished, string Error, string Description, string SpecCommit)
{
    /// <summary>When it was opened, by the server's clock; null where the server does not say.</summary>
    public DateTimeOffset? Started { get; init; }

    /// <summary>When somebody finished it, by the server's clock; null where it is open.</summary>
    public DateTimeOffset? Finishing { get; init; }

    public static CommitView From(CommitInfo info) => new(
        info.Commit.Id,
        info.ParentCommit?.Id ?? "",
        info.Finishing is null,
        info.Finished is not null,
        info.Error,
        info.Description,
        info.DirectProvenance.FirstOrDefault(c => Repo(c)?.Type == OutputRepo.SpecType && Repo(c)?.Name == Repo(info.Commit)?.Name)?.Id ?? "")
    {
        Started = info.Started?.ToDateTimeOffset(),
        Finishing = info.Finishing?.ToDateTimeOffset(),
    };

    // Up to 2.10 a commit's repo may be named by its branch only.
    private static Repo? Repo(Commit commit) => commit.Repo ?? commit.Branch?.Repo;
}
