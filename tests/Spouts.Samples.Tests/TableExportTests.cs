using Microsoft.Data.Sqlite;

namespace Spouts.Samples.Tests;

public sealed class TableExportTests : IDisposable
{
    private readonly InstalledSample _sample = new("TableExport", "table-export");

    [Fact]
    public async Task The_rows_come_in_files_of_a_thousand_and_only_the_new_ones_later()
    {
        string file = Path.Combine(_sample.Folder, "shop.db");
        Fill(file, from: 1, to: 2500);
        (int code, string log, int[] first) = await _sample.OnceAsync(("TableExport__Database", file));
        Fill(file, from: 2501, to: 2600);
        (_, _, int[] second) = await _sample.OnceAsync(("TableExport__Database", file));

        Assert.True(code == 0, log);
        Assert.Equal([3], first);
        Assert.Equal([1], second);
        IReadOnlyDictionary<string, string> files = await _sample.ReadAsync();
        Assert.Equal(
            ["/orders/000000000001.csv", "/orders/000000001001.csv", "/orders/000000002001.csv", "/orders/000000002501.csv"],
            files.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(Enumerable.Range(1, 2600).Select(static id => $"{id},\"customer \"\"{id % 7}\"\"\",{id * 10}"), files
            .OrderBy(static entry => entry.Key, StringComparer.Ordinal)
            .SelectMany(static entry => entry.Value.TrimEnd('\n').Split('\n').Skip(1)));
    }

    public void Dispose() => _sample.Dispose();

    private static void Fill(string file, int from, int to)
    {
        using SqliteConnection database = new($"Data Source={file};Pooling=false");
        database.Open();
        using SqliteCommand insert = database.CreateCommand();
        insert.CommandText =
            """
            CREATE TABLE IF NOT EXISTS orders (id INTEGER PRIMARY KEY, customer TEXT NOT NULL, cents INTEGER NOT NULL);
            WITH RECURSIVE n(id) AS (SELECT $from UNION ALL SELECT id + 1 FROM n WHERE id < $to)
            INSERT INTO orders SELECT id, 'customer "' || (id % 7) || '"', id * 10 FROM n;
            """;
        insert.Parameters.AddWithValue("$from", from);
        insert.Parameters.AddWithValue("$to", to);
        insert.ExecuteNonQuery();
    }
}
