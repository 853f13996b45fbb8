namespace Spouts.Local.Store;

/// <summary>What version 2 of a store has over version 1: auth, secrets, and who made what.</summary>
internal static class SchemaVersion2
{
    public const string Text = """
        -- Tokens are kept as their SHA-256 only: whoever reads the store cannot use them.
        CREATE TABLE auth_token (hash TEXT PRIMARY KEY, subject TEXT NOT NULL, expires_at INTEGER) WITHOUT ROWID;
        CREATE INDEX auth_token_subject ON auth_token(subject);

        -- Auth is on while the cluster has a binding. A resource without one cannot be judged.
        CREATE TABLE role_binding (kind INTEGER NOT NULL, resource TEXT NOT NULL, PRIMARY KEY (kind, resource)) WITHOUT ROWID;
        CREATE TABLE role_grant (
          kind INTEGER NOT NULL,
          resource TEXT NOT NULL,
          subject TEXT NOT NULL,
          role TEXT NOT NULL,
          PRIMARY KEY (kind, resource, subject, role),
          FOREIGN KEY (kind, resource) REFERENCES role_binding(kind, resource) ON DELETE CASCADE
        ) WITHOUT ROWID;

        -- json is the Kubernetes Secret as it was given, with the labels that Pachyderm adds.
        CREATE TABLE secret (name TEXT PRIMARY KEY, json TEXT NOT NULL, created_at INTEGER NOT NULL) WITHOUT ROWID;

        ALTER TABLE project ADD COLUMN created_by TEXT NOT NULL DEFAULT '';
        ALTER TABLE branch ADD COLUMN created_by TEXT NOT NULL DEFAULT '';
        ALTER TABLE pfs_commit ADD COLUMN created_by TEXT NOT NULL DEFAULT '';
        ALTER TABLE project_defaults ADD COLUMN created_by TEXT NOT NULL DEFAULT '';
        -- In the clear, as Pachyderm keeps it: the worker's configuration is written from it.
        ALTER TABLE pipeline ADD COLUMN auth_token TEXT;

        DROP VIEW branch_row;
        CREATE VIEW branch_row AS
          SELECT b.id, b.repo_id, b.name, b.head, b.trigger_json, b.created_at, b.updated_at, b.created_by,
            r.project, r.name AS repo, r.type
          FROM branch b JOIN repo_row r ON r.id = b.repo_id;
        DROP VIEW commit_row;
        CREATE VIEW commit_row AS
          SELECT c.*, r.project, r.name AS repo, r.type, b.name AS branch
          FROM pfs_commit c JOIN repo_row r ON r.id = c.repo_id LEFT JOIN branch b ON b.id = c.branch_id;
        """;
}
