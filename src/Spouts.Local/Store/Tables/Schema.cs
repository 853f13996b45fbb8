namespace Spouts.Local.Store;

/// <summary>The tables of a store, as the steps that lead from one version to the next. A step that was released never changes.</summary>
internal static class Schema
{
    /// <summary>Kept in SQLite's <c>user_version</c>; a store with a higher number is refused, not guessed at.</summary>
    public static int Version => Steps.Count;

    /// <summary>The first makes a new store; each further one lifts a store of the version before.</summary>
    public static IReadOnlyList<string> Steps { get; } = [Version1, SchemaVersion2.Text, SchemaVersion3.Text];

    /// <summary>
    /// Times are ticks (100 ns) since the Unix epoch. Order always comes from integer keys, never from times: a clock may
    /// go backwards.
    /// </summary>
    private const string Version1 = """
        CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

        CREATE TABLE project (
          id INTEGER PRIMARY KEY AUTOINCREMENT,
          name TEXT NOT NULL UNIQUE,
          description TEXT NOT NULL DEFAULT '',
          created_at INTEGER NOT NULL
        );

        -- Beside the projects, not in them: defaults may be set for a project that does not exist yet.
        CREATE TABLE project_defaults (project TEXT PRIMARY KEY, json TEXT NOT NULL, created_at INTEGER NOT NULL) WITHOUT ROWID;

        CREATE TABLE repo (
          id INTEGER PRIMARY KEY AUTOINCREMENT,
          project_id INTEGER NOT NULL REFERENCES project(id),
          name TEXT NOT NULL,
          type TEXT NOT NULL,
          description TEXT NOT NULL DEFAULT '',
          created_at INTEGER NOT NULL,
          UNIQUE (project_id, name, type)
        );

        CREATE TABLE branch (
          id INTEGER PRIMARY KEY AUTOINCREMENT,
          repo_id INTEGER NOT NULL REFERENCES repo(id),
          name TEXT NOT NULL,
          head INTEGER REFERENCES pfs_commit(id) DEFERRABLE INITIALLY DEFERRED,
          trigger_json TEXT,
          created_at INTEGER NOT NULL,
          updated_at INTEGER NOT NULL,
          UNIQUE (repo_id, name)
        );
        CREATE INDEX branch_head ON branch(head);

        -- downstream has upstream in its direct provenance.
        CREATE TABLE branch_provenance (
          downstream INTEGER NOT NULL REFERENCES branch(id) ON DELETE CASCADE,
          upstream INTEGER NOT NULL REFERENCES branch(id),
          never INTEGER NOT NULL DEFAULT 0,
          PRIMARY KEY (downstream, upstream)
        ) WITHOUT ROWID;
        CREATE INDEX branch_provenance_upstream ON branch_provenance(upstream);

        CREATE TABLE pfs_commit (
          id INTEGER PRIMARY KEY AUTOINCREMENT,
          repo_id INTEGER NOT NULL REFERENCES repo(id),
          set_id TEXT NOT NULL,
          branch_id INTEGER REFERENCES branch(id) ON DELETE SET NULL,
          parent INTEGER REFERENCES pfs_commit(id) DEFERRABLE INITIALLY DEFERRED,
          origin INTEGER NOT NULL,
          description TEXT NOT NULL DEFAULT '',
          error TEXT NOT NULL DEFAULT '',
          started INTEGER NOT NULL,
          finishing INTEGER,
          finished INTEGER,
          finish_order INTEGER,
          size_bytes INTEGER,
          compacting INTEGER,
          validating INTEGER,
          has_total INTEGER NOT NULL DEFAULT 0,
          created_at INTEGER NOT NULL,
          updated_at INTEGER NOT NULL,
          UNIQUE (repo_id, set_id)
        );
        CREATE INDEX commit_set ON pfs_commit(set_id);
        CREATE INDEX commit_parent ON pfs_commit(parent);
        CREATE INDEX commit_branch ON pfs_commit(branch_id);
        CREATE INDEX commit_unfinished ON pfs_commit(repo_id, finish_order) WHERE finishing IS NOT NULL AND finished IS NULL;

        CREATE TABLE commit_provenance (
          downstream INTEGER NOT NULL REFERENCES pfs_commit(id) ON DELETE CASCADE,
          upstream INTEGER NOT NULL REFERENCES pfs_commit(id) ON DELETE CASCADE,
          PRIMARY KEY (downstream, upstream)
        ) WITHOUT ROWID;
        CREATE INDEX commit_provenance_upstream ON commit_provenance(upstream);

        -- A layer is a sorted set of entries. Until it is sealed only its writer knows it; a crash leaves it as garbage.
        CREATE TABLE layer (
          id INTEGER PRIMARY KEY AUTOINCREMENT,
          sealed INTEGER NOT NULL DEFAULT 0,
          entries INTEGER NOT NULL DEFAULT 0
        );
        CREATE TABLE entry (
          layer INTEGER NOT NULL,
          path TEXT NOT NULL,
          datum TEXT NOT NULL,
          flags INTEGER NOT NULL,
          size INTEGER NOT NULL,
          parts BLOB NOT NULL,
          PRIMARY KEY (layer, path, datum)
        ) WITHOUT ROWID;
        CREATE TABLE layer_chunk (layer INTEGER NOT NULL, chunk BLOB NOT NULL, PRIMARY KEY (layer, chunk)) WITHOUT ROWID;
        CREATE INDEX layer_chunk_chunk ON layer_chunk(chunk);

        CREATE TABLE commit_diff (
          commit_id INTEGER NOT NULL REFERENCES pfs_commit(id) ON DELETE CASCADE,
          ord INTEGER NOT NULL,
          layer INTEGER NOT NULL,
          PRIMARY KEY (commit_id, ord)
        ) WITHOUT ROWID;
        CREATE INDEX commit_diff_layer ON commit_diff(layer);
        CREATE TABLE commit_total (
          commit_id INTEGER NOT NULL REFERENCES pfs_commit(id) ON DELETE CASCADE,
          ord INTEGER NOT NULL,
          layer INTEGER NOT NULL,
          PRIMARY KEY (commit_id, ord)
        ) WITHOUT ROWID;
        CREATE INDEX commit_total_layer ON commit_total(layer);

        CREATE TABLE file_set (token TEXT PRIMARY KEY, expires_at INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE file_set_layer (
          token TEXT NOT NULL REFERENCES file_set(token) ON DELETE CASCADE,
          ord INTEGER NOT NULL,
          layer INTEGER NOT NULL,
          PRIMARY KEY (token, ord)
        ) WITHOUT ROWID;
        CREATE INDEX file_set_layer_layer ON file_set_layer(layer);

        CREATE TABLE pipeline (
          id INTEGER PRIMARY KEY AUTOINCREMENT,
          project TEXT NOT NULL,
          name TEXT NOT NULL,
          version INTEGER NOT NULL,
          state INTEGER NOT NULL,
          stopped INTEGER NOT NULL,
          reason TEXT NOT NULL DEFAULT '',
          door_port INTEGER,
          UNIQUE (project, name)
        );
        -- info is a serialised pps_v2.PipelineInfo: what a version says.
        CREATE TABLE pipeline_version (
          pipeline_id INTEGER NOT NULL REFERENCES pipeline(id) ON DELETE CASCADE,
          version INTEGER NOT NULL,
          spec_commit TEXT NOT NULL,
          info BLOB NOT NULL,
          PRIMARY KEY (pipeline_id, version)
        ) WITHOUT ROWID;

        -- info is a serialised transaction_v2.TransactionInfo.
        CREATE TABLE open_transaction (
          ord INTEGER PRIMARY KEY AUTOINCREMENT,
          id TEXT NOT NULL UNIQUE,
          started INTEGER NOT NULL,
          version INTEGER NOT NULL,
          info BLOB NOT NULL
        );

        CREATE TABLE sequence (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;

        CREATE VIEW repo_row AS
          SELECT r.id, p.name AS project, r.name, r.type, r.description, r.created_at
          FROM repo r JOIN project p ON p.id = r.project_id;
        CREATE VIEW branch_row AS
          SELECT b.id, b.repo_id, b.name, b.head, b.trigger_json, b.created_at, b.updated_at, r.project, r.name AS repo, r.type
          FROM branch b JOIN repo_row r ON r.id = b.repo_id;
        CREATE VIEW commit_row AS
          SELECT c.*, r.project, r.name AS repo, r.type, b.name AS branch
          FROM pfs_commit c JOIN repo_row r ON r.id = c.repo_id LEFT JOIN branch b ON b.id = c.branch_id;
        """;
}
