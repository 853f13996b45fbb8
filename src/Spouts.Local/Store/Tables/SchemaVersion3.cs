namespace Spouts.Local.Store;

/// <summary>What version 3 of a store has over version 2: jobs.</summary>
internal static class SchemaVersion3
{
    public const string Text = """
        -- A job is a commit on a transform's output branch that waits for somebody to compute it. id is that of the commit.
        CREATE TABLE job (
          ord INTEGER PRIMARY KEY AUTOINCREMENT,
          pipeline_id INTEGER NOT NULL REFERENCES pipeline(id) ON DELETE CASCADE,
          id TEXT NOT NULL,
          version INTEGER NOT NULL,
          state INTEGER NOT NULL,
          reason TEXT NOT NULL DEFAULT '',
          created INTEGER NOT NULL,
          finished INTEGER,
          UNIQUE (pipeline_id, id)
        );
        -- An index ends in the row's key: it has a pipeline's jobs in order.
        CREATE INDEX job_of_pipeline ON job(pipeline_id);
        CREATE VIEW job_row AS
          SELECT j.*, p.project, p.name AS pipeline FROM job j JOIN pipeline p ON p.id = j.pipeline_id;
        """;
}
