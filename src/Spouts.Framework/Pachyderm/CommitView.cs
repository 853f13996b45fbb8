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
    public static CommitView From(CommitInfo info) => new(
        info.Commit.Id,
        info.ParentCommit?.Id ?? "",
        info.Finishing is null,
        info.Finished is not null,
        info.Error,
        info.Description,
        info.DirectProvenance.FirstOrDefault(c => c.Repo?.Type == OutputRepo.SpecType && c.Repo.Name == info.Commit.Repo?.Name)?.Id ?? "");
}
