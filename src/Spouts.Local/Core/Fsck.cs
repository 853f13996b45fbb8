using System.Security.Cryptography;
using Spouts.Local.Core.Files;
using Spouts.Local.Core.Metadata;
using Spouts.Local.Store;

namespace Spouts.Local.Core;

/// <summary>
/// Checks a store that nobody has open: that what the tables name is there and can be as they say, and that every chunk
/// holds the bytes of its name. It changes nothing.
/// </summary>
internal static class Fsck
{
    private const string IllegalName = "name = '' OR name GLOB '*[^a-zA-Z0-9_-]*'";
    private const string CommitId = "length(id) = 32 AND id NOT GLOB '*[^0-9a-f]*' AND substr(id, 13, 1) = '4'";

    // Each query answers what is wrong, one line each.
    private static readonly (string What, string Query)[] s_rules =
    [
        ("a row names one that is not there", "SELECT \"table\" || ' row ' || coalesce(rowid, '?') || ' -> ' || parent FROM pragma_foreign_key_check"),
        ("the project 'default' is missing", "SELECT 'default' WHERE NOT EXISTS (SELECT 1 FROM project WHERE name = 'default')"),
        ("a name has characters that none may have",
            $"SELECT kind || ' ' || name FROM (SELECT 'project' AS kind, name FROM project UNION ALL SELECT 'repo', name FROM repo "
            + $"UNION ALL SELECT 'branch', name FROM branch UNION ALL SELECT 'pipeline', name FROM pipeline) WHERE {IllegalName}"),
        ("a repo has a type that there is not", "SELECT project || '/' || name || '.' || type FROM repo_row WHERE type NOT IN ('user', 'spec', 'meta', 'unknown')"),
        ("a commit's id is no UUID of version 4",
            $"SELECT repo || '@' || id FROM (SELECT project || '/' || repo AS repo, set_id AS id FROM commit_row) WHERE NOT ({CommitId})"),
        ("a branch is named like a commit",
            $"SELECT repo || '@' || id FROM (SELECT project || '/' || repo AS repo, name AS id FROM branch_row) WHERE {CommitId}"),
        ("a branch has no head", "SELECT project || '/' || repo || '@' || name FROM branch_row WHERE head IS NULL"),
        ("a branch's head is a commit of another repo",
            "SELECT b.project || '/' || b.repo || '@' || b.name FROM branch_row b JOIN pfs_commit c ON c.id = b.head "
            + "JOIN repo_row r ON r.id = c.repo_id WHERE r.project <> b.project OR r.name <> b.repo"),
        ("the provenance of a branch leads back to it",
            "WITH RECURSIVE reach(branch, upstream) AS (SELECT downstream, upstream FROM branch_provenance "
            + "UNION SELECT r.branch, p.upstream FROM reach r JOIN branch_provenance p ON p.downstream = r.upstream) "
            + "SELECT b.project || '/' || b.repo || '@' || b.name FROM reach r JOIN branch_row b ON b.id = r.branch WHERE r.branch = r.upstream"),
        ("a commit is not younger than its parent", "SELECT project || '/' || repo || '@' || set_id FROM commit_row WHERE parent >= id"),
        ("a commit is not younger than its provenance",
            "SELECT c.project || '/' || c.repo || '@' || c.set_id FROM commit_provenance p JOIN commit_row c ON c.id = p.downstream "
            + "WHERE p.upstream >= p.downstream"),
        ("a finished commit was never finishing", "SELECT project || '/' || repo || '@' || set_id FROM commit_row WHERE finished IS NOT NULL AND finishing IS NULL"),
        ("a commit that is being finished has no place in the line",
            "SELECT project || '/' || repo || '@' || set_id FROM commit_row WHERE finishing IS NOT NULL AND finished IS NULL AND finish_order IS NULL"),
        ("a commit that is not finished shows what finished ones show",
            "SELECT project || '/' || repo || '@' || set_id FROM commit_row WHERE finished IS NULL AND has_total"),
        ("a commit that shows nothing has layers to show",
            "SELECT DISTINCT c.project || '/' || c.repo || '@' || c.set_id FROM commit_row c JOIN commit_total t ON t.commit_id = c.id WHERE NOT c.has_total"),
        ("a layer is named that is not there or not sealed",
            "SELECT used.who || ' names layer ' || used.layer FROM (SELECT 'commit ' || commit_id AS who, layer FROM commit_diff "
            + "UNION ALL SELECT 'commit ' || commit_id, layer FROM commit_total UNION ALL SELECT 'file set ' || token, layer FROM file_set_layer) used "
            + "LEFT JOIN layer ON layer.id = used.layer WHERE layer.sealed IS NOT 1"),
        ("a layer's number of entries is wrong",
            "SELECT 'layer ' || id FROM layer WHERE sealed = 1 AND entries <> (SELECT count(*) FROM entry WHERE entry.layer = layer.id)"),
        ("a pipeline's newest version is missing",
            "SELECT project || '/' || name FROM pipeline p "
            + "WHERE version IS NOT (SELECT max(v.version) FROM pipeline_version v WHERE v.pipeline_id = p.id)"),
        ("a pipeline lacks a repo",
            "SELECT p.project || '/' || p.name || '.' || t.type FROM pipeline p, (SELECT 'user' AS type UNION ALL SELECT 'spec') t "
            + "WHERE NOT EXISTS (SELECT 1 FROM repo_row r WHERE r.project = p.project AND r.name = p.name AND r.type = t.type)"),
    ];

    /// <summary>Runs every check.</summary>
    /// <returns>What is wrong; empty for a sound store.</returns>
    public static IReadOnlyList<string> Run(Database database, ChunkStore chunks)
    {
        List<string> problems = [];
        problems.AddRange(database.Read(tx => tx.List<string>("PRAGMA integrity_check")).Where(line => line != "ok").Select(line => $"SQLite: {line}"));
        foreach ((string what, string query) in s_rules)
            problems.AddRange(database.Read(tx => tx.List<string>(query)).Select(row => $"{what}: {row}"));
        problems.AddRange(database.Read(NamedChunks).Select(name => CheckChunk(chunks, name, read: true)).OfType<string>());
        problems.AddRange(CheckParts(database));
        problems.AddRange(CheckSizes(database));
        return problems;
    }

    /// <summary>The names of all chunks that some layer names, in order.</summary>
    public static List<byte[]> NamedChunks(Tx tx) => tx.List<byte[]>("SELECT DISTINCT chunk FROM layer_chunk ORDER BY chunk");

    /// <returns>What is wrong with a chunk; null: nothing.</returns>
    public static string? CheckChunk(ChunkStore chunks, byte[] name, bool read)
    {
        Hash chunk = Hash.From(name);
        string path = chunks.PathOf(chunk);
        if (!File.Exists(path))
            return $"a chunk is missing: {chunk}";
        return read && !SHA256.HashData(File.ReadAllBytes(path)).AsSpan().SequenceEqual(name)
            ? $"a chunk's bytes are not those of its name: {chunk}"
            : null;
    }

    private static List<string> CheckParts(Database database) => database.Read(tx =>
    {
        List<string> problems = [];
        foreach ((long layer, string path, long size, byte[] parts) in tx.Stream<(long, string, long, byte[])>("SELECT layer, path, size, parts FROM entry"))
        {
            List<Part> decoded = [.. Part.DecodeAll(parts)];
            if (decoded.Sum(part => (long)part.Length) != size)
                problems.Add($"a file's parts do not add up to its size: {path} in layer {layer}");
            problems.AddRange(decoded.Select(part => part.Chunk).Distinct()
                .Where(chunk => tx.Scalar<long>("SELECT count(*) FROM layer_chunk WHERE layer = @layer AND chunk = @chunk", new { layer, chunk = chunk.ToArray() }) == 0)
                .Select(chunk => $"a file's chunk may be collected under it: {chunk} of {path} in layer {layer}"));
        }

        return problems;
    });

    // Of heads only: every commit shows all that its branch has ever held.
    private static IEnumerable<string> CheckSizes(Database database)
    {
        foreach (CommitRow head in database.Read(tx => tx.List<CommitRow>(
            "SELECT DISTINCT c.* FROM commit_row c JOIN branch b ON b.head = c.id WHERE c.finished IS NOT NULL AND c.has_total AND c.size_bytes IS NOT NULL")))
        {
            long size = FileTree.Files(database, database.Read(tx => tx.Total(head.Id)), new FileQuery()).Sum(file => file.Size);
            if (size != head.SizeBytes)
                yield return $"a commit says it has {head.SizeBytes} bytes and shows {size}: {head.Ref()}";
        }
    }
}
