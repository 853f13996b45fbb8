namespace Spouts.Local.Store;

/// <summary>Branches and commits both stand on others of their kind: what is above or below one of them.</summary>
internal static class ProvenanceGraph
{
    /// <summary>Everything upstream, at any distance up to <paramref name="depth"/>, nearest first.</summary>
    /// <param name="kind">What the tables are named after: <c>branch</c> or <c>commit</c>.</param>
    public static List<TRow> Upstream<TRow>(this Tx tx, string kind, long start, long depth)
        => Reach<TRow>(tx, kind, start, depth, "downstream", "upstream");

    /// <summary>Everything downstream, at any distance up to <paramref name="depth"/>, nearest first.</summary>
    /// <inheritdoc cref="Upstream{TRow}"/>
    public static List<TRow> Downstream<TRow>(this Tx tx, string kind, long start, long depth)
        => Reach<TRow>(tx, kind, start, depth, "upstream", "downstream");

    private static List<TRow> Reach<TRow>(Tx tx, string kind, long start, long depth, string from, string to)
        => tx.List<TRow>(
            $"""
            WITH RECURSIVE reach(id, depth) AS (
              SELECT {to}, 1 FROM {kind}_provenance WHERE {from} = @start
              UNION
              SELECT p.{to}, r.depth + 1 FROM {kind}_provenance p JOIN reach r ON p.{from} = r.id WHERE r.depth < @depth
            )
            SELECT x.* FROM (SELECT id, min(depth) AS depth FROM reach GROUP BY id) r JOIN {kind}_row x ON x.id = r.id
            ORDER BY r.depth, x.id
            """,
            new { start, depth });
}
