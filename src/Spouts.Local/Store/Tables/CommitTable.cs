namespace Spouts.Local.Store;

/// <summary>Rows of commits, of the provenance between them, and of the layers they hold.</summary>
internal static class CommitTable
{
    public static CommitRow? Commit(this Tx tx, long repo, string setId)
        => tx.Find<CommitRow>("SELECT * FROM commit_row WHERE repo_id = @repo AND set_id = @setId", new { repo, setId });

    public static CommitRow? FindCommit(this Tx tx, long id)
        => tx.Find<CommitRow>("SELECT * FROM commit_row WHERE id = @id", new { id });

    public static CommitRow CommitById(this Tx tx, long id)
        => tx.FindCommit(id) ?? throw new InvalidOperationException($"There is no commit {id}.");

    public static List<CommitRow> Children(this Tx tx, long commit)
        => tx.List<CommitRow>("SELECT * FROM commit_row WHERE parent = @commit ORDER BY id", new { commit });

    public static List<CommitRow> DirectCommitProvenance(this Tx tx, long commit)
        => tx.List<CommitRow>(
            "SELECT c.* FROM commit_provenance p JOIN commit_row c ON c.id = p.upstream WHERE p.downstream = @commit ORDER BY c.id",
            new { commit });

    public static List<CommitRow> DirectCommitSubvenance(this Tx tx, long commit)
        => tx.List<CommitRow>(
            "SELECT c.* FROM commit_provenance p JOIN commit_row c ON c.id = p.downstream WHERE p.upstream = @commit ORDER BY c.id",
            new { commit });

    /// <summary>Everything upstream, at any distance, nearest first.</summary>
    public static List<CommitRow> CommitProvenance(this Tx tx, long commit, long depth = long.MaxValue)
        => tx.Upstream<CommitRow>("commit", commit, depth);

    /// <summary>Everything downstream, at any distance, nearest first.</summary>
    public static List<CommitRow> CommitSubvenance(this Tx tx, long commit, long depth = long.MaxValue)
        => tx.Downstream<CommitRow>("commit", commit, depth);

    public static List<CommitRow> CommitsOfSet(this Tx tx, string setId)
        => tx.List<CommitRow>("SELECT * FROM commit_row WHERE set_id = @setId ORDER BY id", new { setId });

    public static List<CommitRow> CommitsOf(this Tx tx, long repo)
        => tx.List<CommitRow>("SELECT * FROM commit_row WHERE repo_id = @repo ORDER BY id", new { repo });

    /// <summary>A page of a repo's commits, or of all when <paramref name="repo"/> is null, beyond a key in one direction.</summary>
    public static List<CommitRow> CommitPage(this Tx tx, long? repo, long beyond, bool ascending, int limit)
        => tx.List<CommitRow>(
            $"""
            SELECT * FROM commit_row WHERE (@repo IS NULL OR repo_id = @repo) AND id {(ascending ? ">" : "<")} @beyond
            ORDER BY id {(ascending ? "" : "DESC")} LIMIT @limit
            """,
            new { repo, beyond, limit });

    /// <summary>The commit of a repo that is in the provenance of a commit set.</summary>
    public static CommitRow? CommitInProvenanceOfSet(this Tx tx, long repo, string setId)
        => tx.Find<CommitRow>(
            """
            WITH RECURSIVE reach(id) AS (
              SELECT p.upstream FROM commit_provenance p JOIN pfs_commit c ON c.id = p.downstream WHERE c.set_id = @setId
              UNION
              SELECT p.upstream FROM commit_provenance p JOIN reach r ON p.downstream = r.id
            )
            SELECT c.* FROM reach r JOIN commit_row c ON c.id = r.id WHERE c.repo_id = @repo LIMIT 1
            """,
            new { repo, setId });

    public static long InsertCommit(this Tx tx, CommitRow commit)
        => tx.Insert(
            """
            INSERT INTO pfs_commit
              (repo_id, set_id, branch_id, parent, origin, description, started, finishing, finished, has_total, created_at, updated_at,
               created_by)
            VALUES
              (@RepoId, @SetId, @BranchId, @Parent, @Origin, @Description, @Started, @Finishing, @Finished, @HasTotal, @CreatedAt,
               @UpdatedAt, @CreatedBy)
            """,
            commit);

    public static void AddCommitProvenance(this Tx tx, long downstream, long upstream)
        => tx.Execute(
            "INSERT OR IGNORE INTO commit_provenance (downstream, upstream) VALUES (@downstream, @upstream)", new { downstream, upstream });

    /// <summary>The commit itself wrote or deleted the path.</summary>
    public static bool Touches(this Tx tx, long commit, string path)
        => tx.Scalar<bool>(
            "SELECT EXISTS (SELECT 1 FROM commit_diff d JOIN entry e ON e.layer = d.layer WHERE d.commit_id = @commit AND e.path = @path)",
            new { commit, path });

    public static List<long> Diff(this Tx tx, long commit)
        => tx.List<long>("SELECT layer FROM commit_diff WHERE commit_id = @commit ORDER BY ord", new { commit });

    public static List<long> Total(this Tx tx, long commit)
        => tx.List<long>("SELECT layer FROM commit_total WHERE commit_id = @commit ORDER BY ord", new { commit });

    public static void AppendDiff(this Tx tx, long commit, IReadOnlyList<long> layers)
    {
        long at = tx.Scalar<long>("SELECT coalesce(max(ord) + 1, 0) FROM commit_diff WHERE commit_id = @commit", new { commit });
        foreach (long layer in layers)
            tx.Execute("INSERT INTO commit_diff (commit_id, ord, layer) VALUES (@commit, @at, @layer)", new { commit, at = at++, layer });
    }

    public static void ClearDiff(this Tx tx, long commit)
        => tx.Execute("DELETE FROM commit_diff WHERE commit_id = @commit", new { commit });

    public static void SetTotal(this Tx tx, long commit, IReadOnlyList<long> layers)
    {
        tx.Execute("DELETE FROM commit_total WHERE commit_id = @commit", new { commit });
        for (int at = 0; at < layers.Count; at++)
        {
            tx.Execute(
                "INSERT INTO commit_total (commit_id, ord, layer) VALUES (@commit, @at, @layer)", new { commit, at, layer = layers[at] });
        }

        tx.Execute("UPDATE pfs_commit SET has_total = 1 WHERE id = @commit", new { commit });
    }

    public static void DropTotal(this Tx tx, long commit)
    {
        tx.Execute("DELETE FROM commit_total WHERE commit_id = @commit", new { commit });
        tx.Execute("UPDATE pfs_commit SET has_total = 0 WHERE id = @commit", new { commit });
    }
}
