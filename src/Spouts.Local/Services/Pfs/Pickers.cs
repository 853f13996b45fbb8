using Spouts.Local.Core;
using Spouts.Local.Core.Metadata;
using Spouts.Local.Store;
using Spouts.Pachyderm.Protos.Pfs;

namespace Spouts.Local.Services;

/// <summary>Resolves pickers, the protocol's newer way to name things.</summary>
internal static class Pickers
{
    public static CommitRow Pick(Tx tx, CommitPicker picker)
    {
        switch (picker.PickerCase)
        {
            case CommitPicker.PickerOneofCase.Id:
                RepoRow repo = PachException.Within("picking commit: picking repo", () => Pick(tx, picker.Id.Repo));
                return tx.Commit(repo.Id, picker.Id.Id) ?? throw NotFound(repo, picker.Id.Id);
            case CommitPicker.PickerOneofCase.BranchHead:
                return Head(tx, picker.BranchHead);
            case CommitPicker.PickerOneofCase.Ancestor:
                CommitRow start = Pick(tx, picker.Ancestor.Start);
                return Commits.Pick(tx, new CommitHandle(start.RepoRef(), $"{start.SetId}~{picker.Ancestor.Offset}", null));
            case CommitPicker.PickerOneofCase.BranchRoot:
                BranchRow branch = Pick(tx, picker.BranchRoot.Branch);
                return Commits.Pick(tx, new CommitHandle(branch.RepoRef(), $".{picker.BranchRoot.Offset + 1}", branch.Name));
            default:
                throw new PachException("commit picker cannot be nil");
        }
    }

    public static BranchRow Pick(Tx tx, BranchPicker? picker)
    {
        if (picker?.Name is not { } name)
            throw new PachException("branch picker cannot be nil");
        RepoRow repo = PachException.Within("picking branch: picking repo", () => Pick(tx, name.Repo));
        return tx.Branch(repo.Id, name.Name) ?? throw Branches.NotFoundRow(tx, new BranchRef(repo.Ref(), name.Name));
    }

    private static RepoRow Pick(Tx tx, RepoPicker? picker)
    {
        if (picker?.Name is not { } name)
            throw new PachException("repo picker cannot be nil");
        string project = name.Project?.Name is { Length: > 0 } given ? given : Names.DefaultProject;
        RepoRef repo = new(project, name.Name, name.Type.Length == 0 ? RepoRef.User : name.Type);
        return Repos.Find(tx, repo) ?? throw new PachException(ErrorKind.NotFound, $"get repo info with id: {Repos.NotFoundRow(repo)}");
    }

    private static CommitRow Head(Tx tx, BranchPicker picker)
        => tx.CommitById(Pick(tx, picker).Head ?? throw new InvalidOperationException("The branch has no head."));

    private static PachException NotFound(RepoRow repo, string id)
        => new(ErrorKind.NotFound, $"picking commit: commit (int_id=0, commit_id={repo.Ref().Key}@{id}) not found");
}
