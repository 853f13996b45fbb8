namespace Spouts.Local.Store;

/// <summary>Rows of projects and repos.</summary>
internal static class RepoTable
{
    public static ProjectRow? Project(this Tx tx, string name)
        => tx.Find<ProjectRow>("SELECT * FROM project WHERE name = @name", new { name });

    public static List<ProjectRow> Projects(this Tx tx) => tx.List<ProjectRow>("SELECT * FROM project ORDER BY id");

    public static RepoRow? Repo(this Tx tx, string project, string name, string type)
        => tx.Find<RepoRow>(
            "SELECT * FROM repo_row WHERE project = @project AND name = @name AND type = @type", new { project, name, type });

    public static RepoRow RepoById(this Tx tx, long id)
        => tx.Find<RepoRow>("SELECT * FROM repo_row WHERE id = @id", new { id })
            ?? throw new InvalidOperationException($"There is no repo {id}.");

    /// <summary>All repos of one name, whatever their type.</summary>
    public static List<RepoRow> ReposNamed(this Tx tx, string project, string name)
        => tx.List<RepoRow>("SELECT * FROM repo_row WHERE project = @project AND name = @name ORDER BY id", new { project, name });

    /// <summary>In byte order of project and name, then by age.</summary>
    public static List<RepoRow> Repos(this Tx tx, string? type, IReadOnlyCollection<string>? projects, long limit = -1, long offset = 0)
        => tx.List<RepoRow>(
            $"""
            SELECT * FROM repo_row WHERE (@type IS NULL OR type = @type) {(projects is null ? "" : "AND project IN @projects")}
            ORDER BY project, name, id LIMIT @limit OFFSET @offset
            """,
            new { type, projects, limit, offset });

    public static long InsertRepo(this Tx tx, string project, string name, string type, string description, long now)
        => tx.Insert(
            """
            INSERT INTO repo (project_id, name, type, description, created_at)
            VALUES ((SELECT id FROM project WHERE name = @project), @name, @type, @description, @now)
            """,
            new { project, name, type, description, now });
}
