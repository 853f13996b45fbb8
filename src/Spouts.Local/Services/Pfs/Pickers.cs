using Spouts.Local.Core;
using Spouts.Local.Core.Metadata;
using Spouts.Local.Store;
using Spouts.Pachyderm.Protos.Pfs;

namespace Spouts.Local.Services;

/// <summary>Resolves pickers, the protocol's newer way to name things.</summary>
internal static class Pickers
{
    public static CommitRow Pick(Tx tx, CommitPicker? picker) => picker?.PickerCase switch
    {
        CommitPicker.PickerOneofCase.Id => PachException.Within("picking commit", () => ById(tx, picker.Id)),
        CommitPicker.PickerOneofCase.BranchHead => PachException.Within("picking commit", () => Head(tx, picker.BranchHead)),
        CommitPicker.PickerOneofCase.Ancestor => CommitResolver.Ancestor(
            tx, PachException.Within("picking commit", () => Pick(tx, picker.Ancestor.Start)), picker.Ancestor.Offset),
        CommitPicker.PickerOneofCase.BranchRoot => CommitResolver.FromRoot(
            tx, PachException.Within("picking commit: picking commit", () => Head(tx, picker.BranchRoot.Branch)), picker.BranchRoot.Offset),
        _ => throw new PachException("commit picker cannot be nil"),
    };

    public static BranchRow Pick(Tx tx, BranchPicker? picker)
    {
        if (picker?.Name is not { } name)
            throw new PachException("branch picker cannot be nil");
        return PachException.Within("picking branch", () =>
        {
            RepoRow repo = Pick(tx, name.Repo);
            return tx.Branch(repo.Id, name.Name) ?? throw Branches.NotFoundRow(tx, new BranchRef(repo.Ref(), name.Name));
        });
    }

    private static RepoRow Pick(Tx tx, RepoPicker? picker)
    {
        if (picker?.Name is not { } name)
            throw new PachException("repo picker cannot be nil");
        return PachException.Within("picking repo", () =>
        {
            if (name.Project is null or { PickerCase: ProjectPicker.PickerOneofCase.None })
                throw new PachException("project picker cannot be nil");
            if (tx.Project(name.Project.Name) is null)
                throw new PachException(ErrorKind.NotFound, $"picking project: project \"{name.Project.Name}\" not found");
            RepoRef repo = new(name.Project.Name, name.Name, name.Type.Length == 0 ? RepoRef.User : name.Type);
            return PachException.Within(
                "get repo info with id", () => Repos.Find(tx, repo) ?? throw new PachException(ErrorKind.NotFound, Repos.NotFoundRow(repo)));
        });
    }

    private static CommitRow Head(Tx tx, BranchPicker picker)
        => tx.CommitById(Pick(tx, picker).Head ?? throw new InvalidOperationException("The branch has no head."));

    private static CommitRow ById(Tx tx, CommitPicker.Types.CommitByGlobalId id)
    {
        RepoRow repo = Pick(tx, id.Repo);
        return tx.Commit(repo.Id, id.Id) ?? throw new PachException(
            ErrorKind.NotFound, $"get commit by commit key: commit (int_id=0, commit_id={repo.Ref().Key}@{id.Id}) not found");
    }
}
