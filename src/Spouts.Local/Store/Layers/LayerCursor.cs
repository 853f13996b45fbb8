using Microsoft.Data.Sqlite;

namespace Spouts.Local.Store;

/// <summary>
/// Walks one sealed layer in path order, forwards or backwards, in batches: memory stays flat whatever the layer holds,
/// and no SQLite snapshot is kept open between batches.
/// </summary>
internal sealed class LayerCursor(Database database, long layer, bool backwards = false)
{
    private const int FirstBatch = 16;
    private const int LargestBatch = 1024;
    private readonly List<Entry> _batch = [];
    private int _at = -1;
    private int _batchSize = FirstBatch;
    private bool _last;

    /// <summary>The entry the cursor stands on; null at the end.</summary>
    public Entry? Current => _at >= 0 && _at < _batch.Count ? _batch[_at] : null;

    /// <summary>Moves to the first entry at or after (backwards: strictly before) <paramref name="path"/>.</summary>
    public void Seek(string path, string? upper)
    {
        // Within the batch at hand a seek forward costs nothing.
        if (!backwards && Current is { } current && PathOrder.Compare(current.Path, path) < 0
            && PathOrder.Compare(_batch[^1].Path, path) >= 0)
        {
            while (PathOrder.Compare(_batch[_at].Path, path) < 0)
                _at++;
            return;
        }

        _batchSize = FirstBatch;
        Fetch(backwards ? "path < $path" : "path >= $path", path, "", upper);
    }

    public void Next(string? upper)
    {
        if (++_at < _batch.Count)
            return;
        if (_last)
            return;
        Entry end = _batch[^1];
        _batchSize = Math.Min(_batchSize * 4, LargestBatch);
        Fetch(backwards ? "(path, datum) < ($path, $datum)" : "(path, datum) > ($path, $datum)", end.Path, end.Datum, upper);
    }

    private void Fetch(string where, string path, string datum, string? upper)
    {
        using SqliteConnection connection = database.Connect();
        using SqliteCommand command = connection.CreateCommand();
        string bound = upper is null ? "" : " AND path < $upper";
        string order = backwards ? "path DESC, datum DESC" : "path, datum";
        command.CommandText =
            $"SELECT path, datum, flags, size, parts FROM entry WHERE layer = $layer AND {where}{bound} ORDER BY {order} LIMIT $limit";
        command.Parameters.AddWithValue("$layer", layer);
        command.Parameters.AddWithValue("$path", path);
        if (where.Contains("$datum", StringComparison.Ordinal))
            command.Parameters.AddWithValue("$datum", datum);
        if (upper is not null)
            command.Parameters.AddWithValue("$upper", upper);
        command.Parameters.AddWithValue("$limit", _batchSize);
        _batch.Clear();
        using SqliteDataReader reader = command.ExecuteReader();
        while (reader.Read())
        {
            _batch.Add(new Entry(
                reader.GetString(0), reader.GetString(1), (EntryFlags)reader.GetInt64(2), reader.GetInt64(3), (byte[])reader[4]));
        }

        _at = 0;
        _last = _batch.Count < _batchSize;
    }
}
