using Spouts.Local.Store;

namespace Spouts.Local.Core.Metadata;

/// <summary>The rules of branches and of the provenance between them.</summary>
internal static class Branches
{
    public static BranchRef Ref(this BranchRow row) => new(row.RepoRef(), row.Name);

    public static BranchRow? Find(Tx tx, BranchRef branch)
    {
        Names.CheckRepoType(branch.Repo.Type, "could not get branch");
        return tx.Repo(branch.Repo.Project, branch.Repo.Name, branch.Repo.Type) is { } repo ? tx.Branch(repo.Id, branch.Name) : null;
    }

    /// <summary>How the database of the real server says that a branch is missing.</summary>
    public static PachException NotFoundRow(Tx tx, BranchRef branch)
    {
        string repo = tx.Repo(branch.Repo.Project, branch.Repo.Name, branch.Repo.Type) is null ? Repos.NotFoundRow(branch.Repo) + "\n" : "";
        return new PachException(ErrorKind.NotFound, $"{repo}branch (id=0, branch={branch}) not found");
    }

    public static BranchRow Inspect(Tx tx, BranchRef branch)
    {
        try
        {
            return PachException.Within("inspect branch in transaction", () => Find(tx, branch) ?? throw NotFoundRow(tx, branch));
        }
        catch (PachException e) when (e.Kind == ErrorKind.NotFound)
        {
            throw new PachException(ErrorKind.NotFound, $"{e.Message}\nbranch \"{branch.Name}\" not found in repo {branch.Repo}");
        }
    }

    /// <summary>
    /// Creates a branch or changes one: moves its head, replaces its provenance. A new provenance gives the branch a new
    /// head, open and empty, because its content is now due to be computed from something else.
    /// </summary>
    public static void Create(Change change, BranchSpec spec)
    {
        Tx tx = change.Tx;
        Triggers.Check(tx, spec.Branch, spec.Trigger);
        if (spec.Provenance.Count > 0 && spec.Trigger is not null)
            throw new PachException("a branch cannot have both provenance and a trigger");
        foreach ((BranchRef branch, bool _) in spec.Propagation)
        {
            if (!spec.Provenance.Contains(branch))
                throw new PachException($"branch propagation spec must reference provenant branch (referenced branch: {branch.Key})");
        }

        foreach (BranchRef branch in spec.Provenance.Append(spec.Branch))
            Names.Check(branch.Name);
        FillProvenance(change, spec.Provenance);
        CommitRow? head = spec.Head is null
            ? null
            : PachException.Within($"unable to inspect {spec.Head}", () => Commits.Pick(tx, spec.Head));
        BranchRow? existing = PachException.Within("create branch", () => Find(tx, spec.Branch));
        List<long> old = existing is null ? [] : [.. tx.DirectProvenance(existing.Id).Select(b => b.Id)];
        if (spec.Provenance.Any(p => p.Repo == spec.Branch.Repo))
            throw new PachException($"repo {spec.Branch.Repo} cannot be in the provenance of its own branch");
        List<BranchRow> provenance = [.. spec.Provenance.Select(p => Find(tx, p) ?? throw NotFoundRow(tx, p)).DistinctBy(p => p.Id)];
        bool changed = !old.ToHashSet().SetEquals(provenance.Select(p => p.Id)) && provenance.Count > 0;
        bool empty = (existing?.Head is null && head is null) || changed;
        CommitRow? made = null;
        if (empty)
            made = Commits.MakeEmpty(change, spec.Branch.Repo, provenance, head?.Id ?? existing?.Head);
        PachException.Within("create branch: update head", () => Upsert(change, spec, existing, provenance, made ?? head));
        BranchRow branchRow = Find(tx, spec.Branch)!;
        if (made is not null)
            tx.Execute("UPDATE pfs_commit SET branch_id = @branch WHERE id = @Id", new { branch = branchRow.Id, made.Id });
        if (made is not null || head is not null)
            change.Propagate.Add(branchRow.Id);
        change.Validate.Add(branchRow.RepoId);
        change.Touched.Add(branchRow.RepoId);
    }

    /// <summary>Deletes a branch; its commits stay.</summary>
    public static void Delete(Change change, BranchRow branch, bool force)
    {
        List<BranchRow> downstream = change.Tx.DirectSubvenance(branch.Id);
        if (downstream.Count > 0 && !force)
        {
            throw new PachException(
                $"branch \"{branch.Ref()}\" cannot be deleted because it's in the direct provenance of [{string.Join(' ', downstream.Select(b => b.Ref()))}]");
        }

        Triggers.CheckDelete(change, branch, force);
        change.Tx.Execute("DELETE FROM branch_provenance WHERE upstream = @Id", new { branch.Id });
        change.Tx.Execute("DELETE FROM branch WHERE id = @Id", new { branch.Id });
        if (change.Propagate.Remove(branch.Id))
            change.Lost.Add(branch.Ref());
        change.Touched.Add(branch.RepoId);
    }

    private static void Upsert(Change change, BranchSpec spec, BranchRow? existing, List<BranchRow> provenance, CommitRow? head)
    {
        Tx tx = change.Tx;
        Names.CheckBranch(spec.Branch.Name);
        long id = existing?.Id ?? tx.InsertBranch(Repos.Get(tx, spec.Branch.Repo).Id, spec.Branch.Name, change.Now, change.Maker);
        if (spec.Trigger is not null)
            Triggers.Set(change, spec.Branch, id, spec.Trigger);

        foreach (BranchRow upstream in provenance)
        {
            if (upstream.Id == id || tx.Provenance(upstream.Id).Any(b => b.Id == id))
            {
                throw new PachException(
                    ErrorKind.Internal,
                    $"cycle detected because {upstream.Ref().Key} is already in the subvenance of {spec.Branch.Key}");
            }
        }

        HashSet<long> never = [.. spec.Propagation.Where(p => p.Never).Select(p => Find(tx, p.Branch)!.Id)];
        tx.SetProvenance(id, [.. provenance.Select(p => p.Id)], never);
        tx.Execute("UPDATE branch SET updated_at = @Now WHERE id = @id", new { change.Now, id });
        if (head is not null)
            tx.SetHead(id, head.Id, change.Now);
    }

    // Branches of the provenance that do not exist yet are made, with an empty finished commit.
    private static void FillProvenance(Change change, IReadOnlyList<BranchRef> provenance)
    {
        Dictionary<RepoRef, CommitRow> made = [];
        foreach (BranchRef branch in provenance)
        {
            if (PachException.Within("get branch info", () => Find(change.Tx, branch)) is not null)
                continue;
            if (!made.TryGetValue(branch.Repo, out CommitRow? head))
            {
                head = PachException.Within("create empty commit", () => Commits.MakeEmpty(change, branch.Repo, [], null));
                made[branch.Repo] = head;
            }

            long id = change.Tx.InsertBranch(head.RepoId, branch.Name, change.Now, change.Maker);
            change.Tx.SetHead(id, head.Id, change.Now);
            change.Tx.Execute("UPDATE pfs_commit SET branch_id = @id WHERE id = @Id", new { id, head.Id });
        }
    }
}
