using System.Security.Cryptography;
using Spouts.Local.Store;

namespace Spouts.Local.Core;

/// <summary>
/// Checks a store that nobody has open: that what the tables name is there, and that every chunk holds the bytes of its name.
/// It changes nothing.
/// </summary>
internal static class Fsck
{
    // Each query answers what is wrong, one line each.
    private static readonly (string What, string Query)[] Rules =
    [
        ("a row names one that is not there", "SELECT \"table\" || ' row ' || coalesce(rowid, '?') || ' -> ' || parent FROM pragma_foreign_key_check"),
        ("the project 'default' is missing", "SELECT 'default' WHERE NOT EXISTS (SELECT 1 FROM project WHERE name = 'default')"),
        ("a branch has no head", "SELECT project || '/' || repo || '@' || name FROM branch_row WHERE head IS NULL"),
        ("a branch's head is a commit of another repo",
            "SELECT b.project || '/' || b.repo || '@' || b.name FROM branch_row b JOIN pfs_commit c ON c.id = b.head "
            + "JOIN repo_row r ON r.id = c.repo_id WHERE r.project <> b.project OR r.name <> b.repo"),
        ("a finished commit was never finishing", "SELECT project || '/' || repo || '@' || set_id FROM commit_row WHERE finished IS NOT NULL AND finishing IS NULL"),
        ("a layer is named that is not there or not sealed",
            "SELECT used.who || ' names layer ' || used.layer FROM (SELECT 'commit ' || commit_id AS who, layer FROM commit_diff "
            + "UNION ALL SELECT 'commit ' || commit_id, layer FROM commit_total UNION ALL SELECT 'file set ' || token, layer FROM file_set_layer) used "
            + "LEFT JOIN layer ON layer.id = used.layer WHERE layer.sealed IS NOT 1"),
        ("a layer's number of entries is wrong",
            "SELECT 'layer ' || id FROM layer WHERE sealed = 1 AND entries <> (SELECT count(*) FROM entry WHERE entry.layer = layer.id)"),
    ];

    /// <summary>Runs every check.</summary>
    /// <returns>What is wrong; empty for a sound store.</returns>
    public static IReadOnlyList<string> Run(Database database, ChunkStore chunks)
    {
        List<string> problems = [];
        problems.AddRange(database.Read(tx => tx.List<string>("PRAGMA integrity_check")).Where(line => line != "ok").Select(line => $"SQLite: {line}"));
        foreach ((string what, string query) in Rules)
            problems.AddRange(database.Read(tx => tx.List<string>(query)).Select(row => $"{what}: {row}"));
        problems.AddRange(database.Read(NamedChunks).Select(name => CheckChunk(chunks, name, read: true)).OfType<string>());
        problems.AddRange(CheckParts(database));
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
}
