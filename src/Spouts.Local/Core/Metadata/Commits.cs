using Spouts.Local.Store;

namespace Spouts.Local.Core.Metadata;

/// <summary>The rules of commits: picking, starting, finishing, clearing.</summary>
internal static class Commits
{
    public static CommitRef Ref(this CommitRow row) => new(row.RepoRef(), row.SetId, row.Branch);

    public static PachException AlreadyFinished(CommitRow commit) => new($"commit {commit.Ref()} has already finished");

    /// <summary>Finds the commit that a caller named.</summary>
    public static CommitRow Pick(Tx tx, CommitHandle? handle) => CommitResolver.Pick(tx, handle);

    /// <summary>Starts a commit on a branch, which is made if there is none, and makes it the branch's head.</summary>
    /// <param name="parent">
    /// Null: the head. Given, the branch moves to the new commit whatever its head was, and the parent may even be a commit
    /// of another repo.
    /// </param>
    public static CommitRow Start(Change change, BranchRef? branch, CommitHandle? parent, string description)
    {
        if (branch is null || branch.Name.Length == 0)
            throw new PachException("branch must be specified");
        RepoRow repo = Repos.Get(change.Tx, branch.Repo);
        Names.Check(branch.Name);
        CommitRow made = PachException.Within("create commit", () => CreateOnBranch(change, repo, branch, parent, description));
        if (!change.Caller.FromSidecar && change.Tx.Provenance(made.BranchId!.Value).Count > 0)
            throw new PachException($"cannot start a commit on an output branch: {branch}");
        change.Propagate.Add(made.BranchId!.Value);
        return made;
    }

    /// <summary>Says that nothing more will be written; the finisher does the rest.</summary>
    public static void Finish(Change change, CommitRow commit, string description, string error, bool force)
    {
        if (commit.Finishing is not null)
            throw AlreadyFinished(commit);
        if (!force && change.Tx.DirectCommitProvenance(commit.Id).Count > 0 && Pipelines.PipelineStore.IsTransform(change.Tx, commit.RepoRef()))
            throw new PachException("cannot finish a pipeline output or meta commit, use 'stop job' instead");
        change.Tx.Execute(
            """
            UPDATE pfs_commit SET
              description = CASE WHEN @description = '' THEN description ELSE @description END,
              error = @error, finishing = @Now, updated_at = @Now, finish_order = @order
            WHERE id = @Id
            """,
            new { description, error, change.Now, order = change.Tx.Next("finish"), commit.Id });
        change.Moved.Add(commit.Id);
        change.ToFinish.Add(commit.RepoId);
    }

    /// <summary>Takes back what was written into an open commit.</summary>
    public static void Clear(Change change, CommitRow commit)
    {
        if (commit.Finishing is not null)
            throw new PachException("cannot clear finished commit");
        change.Tx.ClearDiff(commit.Id);
    }

    /// <summary>Attaches layers to an open commit.</summary>
    public static void AddLayers(Change change, CommitRow commit, IReadOnlyList<long> layers)
    {
        if (commit.Finishing is not null)
            throw AlreadyFinished(commit);
        change.Tx.AppendDiff(commit.Id, layers);
    }

    /// <summary>
    /// An automatic commit without content: closed on a branch without provenance, which is for users to fill; open on one
    /// with provenance, which somebody has yet to compute.
    /// </summary>
    public static CommitRow MakeEmpty(Change change, RepoRef repo, IReadOnlyList<BranchRow> provenance, long? parent)
    {
        Tx tx = change.Tx;
        bool closed = provenance.Count == 0;
        long repoId = Repos.Find(tx, repo)?.Id ?? throw new PachException(
            ErrorKind.NotFound,
            $"get commit by commit key: {Repos.NotFoundRow(repo)}\ncommit (int_id=0, commit_id={repo.Key}@{change.SetId}) not found");
        CommitRow row = Insert(change, new CommitRow
        {
            RepoId = repoId,
            Parent = parent,
            Origin = (int)Origin.Auto,
            Finishing = closed ? change.Now : null,
            Finished = closed ? change.Now : null,
            HasTotal = closed,
        });
        foreach (BranchRow upstream in provenance)
            tx.AddCommitProvenance(row.Id, upstream.Head!.Value);
        return row;
    }

    /// <summary>The open commit that an output branch gets when something upstream of it has moved.</summary>
    public static void MakeDownstream(Change change, BranchRow branch)
    {
        CommitRow row = Insert(change, new CommitRow
        {
            RepoId = branch.RepoId,
            BranchId = branch.Id,
            Parent = branch.Head,
            Origin = (int)Origin.Auto,
        });
        foreach (BranchRow upstream in change.Tx.DirectProvenance(branch.Id))
            change.Tx.AddCommitProvenance(row.Id, upstream.Head!.Value);
        change.Tx.SetHead(branch.Id, row.Id, change.Now);
    }

    private static CommitRow CreateOnBranch(Change change, RepoRow repo, BranchRef branch, CommitHandle? parent, string description)
    {
        Tx tx = change.Tx;
        BranchRow? existing = tx.Branch(repo.Id, branch.Name);
        CommitRow? parentRow = parent is not null
            ? PachException.Within("parent commit not found", () => Pick(tx, parent))
            : existing?.Head is { } head ? tx.CommitById(head) : null;
        if (parentRow is { Finishing: null })
            throw new PachException($"parent commit {parentRow.Ref()} has not been finished");
        List<BranchRow> provenance = existing is null ? [] : tx.DirectProvenance(existing.Id);
        CommitRow row = Insert(change, new CommitRow
        {
            RepoId = repo.Id,
            BranchId = existing?.Id,
            Parent = parentRow?.Id,
            Origin = (int)Origin.User,
            Description = description,
        });
        foreach (BranchRow upstream in provenance)
            tx.AddCommitProvenance(row.Id, upstream.Head!.Value);
        PachException.Within("create commit: update head", () => Names.CheckBranch(branch.Name));
        long branchId = existing?.Id ?? tx.InsertBranch(repo.Id, branch.Name, change.Now, change.Maker);
        tx.Execute("UPDATE pfs_commit SET branch_id = @branchId WHERE id = @Id", new { branchId, row.Id });
        tx.SetHead(branchId, row.Id, change.Now);
        return tx.CommitById(row.Id);
    }

    private static CommitRow Insert(Change change, CommitRow row)
    {
        Tx tx = change.Tx;
        if (tx.Commit(row.RepoId, change.SetId) is { } twin)
        {
            throw new PachException(
                ErrorKind.AlreadyExists,
                $"commit {twin.Ref().Key} already exists\ninconsistent dependencies: cannot create commit from {twin.Ref()}; "
                + $"repo ({twin.Repo}) already has a commit in this transaction");
        }

        long id = tx.InsertCommit(row with
        {
            SetId = change.SetId,
            Started = change.Now,
            CreatedAt = change.Now,
            UpdatedAt = change.Now,
            CreatedBy = change.Maker,
        });
        change.Touched.Add(row.RepoId);
        return tx.CommitById(id);
    }
}
