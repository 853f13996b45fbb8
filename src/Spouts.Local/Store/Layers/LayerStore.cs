using Microsoft.Data.Sqlite;

namespace Spouts.Local.Store;

/// <summary>Layers: created, filled in batches, sealed; leased while somebody reads them.</summary>
internal sealed class LayerStore(Database database)
{
    private const int DeletedAtOnce = 20_000;
    private readonly Lock _lock = new();
    private readonly Dictionary<long, int> _leases = [];

    public Database Database { get; } = database;

    /// <summary>Makes an unsealed layer. It goes with its lease, unless it has a name by then.</summary>
    public async Task<LayerLease> CreateAsync(CancellationToken cancellation)
        => Lease([await Database.WriteAsync(tx => tx.Insert("INSERT INTO layer (sealed) VALUES (@no)", new { no = 0 }), cancellation)]);

    /// <summary>
    /// Adds a batch to an unsealed layer. An entry of a path that the layer already has continues it: a delete replaces
    /// what was there, an add without one appends.
    /// </summary>
    public static void Append(Tx tx, long layer, IEnumerable<Entry> entries, IEnumerable<Hash> chunks)
    {
        using SqliteCommand insert = tx.Connection.CreateCommand();
        insert.Transaction = tx.Transaction;
        insert.CommandText = """
            INSERT INTO entry (layer, path, datum, flags, size, parts) VALUES ($layer, $path, $datum, $flags, $size, $parts)
            ON CONFLICT (layer, path, datum) DO UPDATE SET
              size = CASE WHEN excluded.flags & 1 THEN excluded.size ELSE size + excluded.size END,
              parts = CASE WHEN excluded.flags & 1 THEN excluded.parts ELSE CAST(parts || excluded.parts AS BLOB) END,
              flags = CASE WHEN excluded.flags & 1 THEN excluded.flags ELSE flags | excluded.flags END
            """;
        insert.Parameters.AddWithValue("$layer", layer);
        SqliteParameter path = insert.Parameters.Add("$path", SqliteType.Text);
        SqliteParameter datum = insert.Parameters.Add("$datum", SqliteType.Text);
        SqliteParameter flags = insert.Parameters.Add("$flags", SqliteType.Integer);
        SqliteParameter size = insert.Parameters.Add("$size", SqliteType.Integer);
        SqliteParameter parts = insert.Parameters.Add("$parts", SqliteType.Blob);
        insert.Prepare();
        foreach (Entry entry in entries)
        {
            path.Value = entry.Path;
            datum.Value = entry.Datum;
            flags.Value = (long)entry.Flags;
            size.Value = entry.Size;
            parts.Value = entry.Parts;
            insert.ExecuteNonQuery();
        }

        using SqliteCommand refer = tx.Connection.CreateCommand();
        refer.Transaction = tx.Transaction;
        refer.CommandText = "INSERT OR IGNORE INTO layer_chunk (layer, chunk) VALUES ($layer, $chunk)";
        refer.Parameters.AddWithValue("$layer", layer);
        SqliteParameter chunkOf = refer.Parameters.Add("$chunk", SqliteType.Blob);
        foreach (Hash chunk in chunks)
        {
            chunkOf.Value = chunk.ToArray();
            refer.ExecuteNonQuery();
        }
    }

    /// <summary>From now on the layer never changes.</summary>
    public static void Seal(Tx tx, long layer)
        => tx.Execute(
            "UPDATE layer SET sealed = 1, entries = (SELECT count(*) FROM entry WHERE layer = @layer) WHERE id = @layer", new { layer });

    /// <summary>Removes layers and what they say; their chunks go with a later collection.</summary>
    public static void Delete(Tx tx, long layer)
    {
        tx.Execute("DELETE FROM entry WHERE layer = @layer", new { layer });
        tx.Execute("DELETE FROM layer_chunk WHERE layer = @layer", new { layer });
        tx.Execute("DELETE FROM layer WHERE id = @layer", new { layer });
    }

    /// <summary>
    /// Removes a layer that nobody can name any more, in slices: a large one must not hold up every writer. What a kill or
    /// a full disk leaves of it is unsealed, and goes at the next start or pass.
    /// </summary>
    public async Task DeleteAsync(long layer)
    {
        int deleted;
        do
        {
            deleted = await Database.WriteAsync(
                tx => tx.Execute(
                    """
                    DELETE FROM entry WHERE layer = @layer AND (path, datum) IN
                      (SELECT path, datum FROM entry WHERE layer = @layer LIMIT @DeletedAtOnce)
                    """,
                    new { layer, DeletedAtOnce }),
                CancellationToken.None);
        }
        while (deleted == DeletedAtOnce);
        await Database.WriteAsync(
            tx =>
            {
                Delete(tx, layer);
                return true;
            },
            CancellationToken.None);
    }

    /// <summary>Keeps layers from being collected until the lease is disposed of.</summary>
    public LayerLease Lease(IReadOnlyList<long> layers)
    {
        lock (_lock)
        {
            foreach (long layer in layers)
                _leases[layer] = _leases.GetValueOrDefault(layer) + 1;
        }

        return new LayerLease(this, layers);
    }

    public bool IsLeased(long layer)
    {
        lock (_lock)
            return _leases.ContainsKey(layer);
    }

    internal void Release(IReadOnlyList<long> layers)
    {
        lock (_lock)
        {
            foreach (long layer in layers)
            {
                if (_leases[layer] == 1)
                    _leases.Remove(layer);
                else
                    _leases[layer]--;
            }
        }
    }
}
