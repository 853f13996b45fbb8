namespace Spouts.Local.Store;

/// <summary>Rows of branches and of the provenance between them.</summary>
internal static class BranchTable
{
    public static BranchRow? Branch(this Tx tx, long repo, string name)
        => tx.Find<BranchRow>("SELECT * FROM branch_row WHERE repo_id = @repo AND name = @name", new { repo, name });

    public static BranchRow? FindBranch(this Tx tx, long id)
        => tx.Find<BranchRow>("SELECT * FROM branch_row WHERE id = @id", new { id });

    public static BranchRow BranchById(this Tx tx, long id)
        => tx.FindBranch(id) ?? throw new InvalidOperationException($"There is no branch {id}.");

    /// <summary>Newest first.</summary>
    public static List<BranchRow> BranchesOf(this Tx tx, long repo)
        => tx.List<BranchRow>("SELECT * FROM branch_row WHERE repo_id = @repo ORDER BY id DESC", new { repo });

    public static List<BranchRow> AllBranches(this Tx tx) => tx.List<BranchRow>("SELECT * FROM branch_row ORDER BY id DESC");

    public static List<BranchRow> BranchesWithHead(this Tx tx, long commit)
        => tx.List<BranchRow>("SELECT * FROM branch_row WHERE head = @commit ORDER BY id", new { commit });

    public static long InsertBranch(this Tx tx, long repo, string name, long now, string by)
        => tx.Insert(
            "INSERT INTO branch (repo_id, name, created_at, updated_at, created_by) VALUES (@repo, @name, @now, @now, @by)",
            new { repo, name, now, by });

    public static void SetHead(this Tx tx, long branch, long head, long now)
        => tx.Execute("UPDATE branch SET head = @head, updated_at = @now WHERE id = @branch", new { branch, head, now });

    public static List<BranchRow> DirectProvenance(this Tx tx, long branch)
        => tx.List<BranchRow>(
            "SELECT b.* FROM branch_provenance p JOIN branch_row b ON b.id = p.upstream WHERE p.downstream = @branch ORDER BY b.id",
            new { branch });

    public static List<BranchRow> DirectSubvenance(this Tx tx, long branch)
        => tx.List<BranchRow>(
            "SELECT b.* FROM branch_provenance p JOIN branch_row b ON b.id = p.downstream WHERE p.upstream = @branch ORDER BY b.id",
            new { branch });

    /// <summary>Branches of the direct provenance whose new commits make none here.</summary>
    public static List<BranchRow> NotFollowed(this Tx tx, long branch)
        => tx.List<BranchRow>(
            """
            SELECT b.* FROM branch_provenance p JOIN branch_row b ON b.id = p.upstream
            WHERE p.downstream = @branch AND p.never = 1 ORDER BY b.id
            """,
            new { branch });

    /// <summary>Downstream branches to which a commit is propagated.</summary>
    public static List<long> PropagatesTo(this Tx tx, long branch)
        => tx.List<long>(
            "SELECT downstream FROM branch_provenance WHERE upstream = @branch AND never = 0 ORDER BY downstream", new { branch });

    /// <summary>Everything upstream, at any distance, nearest first.</summary>
    public static List<BranchRow> Provenance(this Tx tx, long branch, long depth = long.MaxValue)
        => tx.Upstream<BranchRow>("branch", branch, depth);

    /// <summary>Everything downstream, at any distance, nearest first.</summary>
    public static List<BranchRow> Subvenance(this Tx tx, long branch, long depth = long.MaxValue)
        => tx.Downstream<BranchRow>("branch", branch, depth);

    public static void SetProvenance(this Tx tx, long branch, IReadOnlyCollection<long> upstream, IReadOnlySet<long> never)
    {
        tx.Execute("DELETE FROM branch_provenance WHERE downstream = @branch", new { branch });
        foreach (long up in upstream)
        {
            tx.Execute(
                "INSERT OR IGNORE INTO branch_provenance (downstream, upstream, never) VALUES (@branch, @up, @never)",
                new { branch, up, never = never.Contains(up) ? 1 : 0 });
        }
    }
}
