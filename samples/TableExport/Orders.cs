using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Configuration;
using Spouts;

namespace TableExport;

/// <summary>
/// Exports the rows of a table that only grows, as CSV of a thousand rows each. A million rows are not one commit: after so many
/// files it is cut, with the cursor as of the last of them.
/// </summary>
[Spout("table-export", Description = "The orders of the shop's database.")]
[Resources(Cpu = 0.25, Memory = "128Mi", MemoryLimit = "256Mi")]
public sealed class Orders(IConfiguration configuration)
{
    private const int RowsOfFile = 1000;

    [Poll("1m")]
    [Batch(Files = 100)]
    public async IAsyncEnumerable<SpoutFile> Export(Cursor<long> last, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using SqliteConnection database = new(new SqliteConnectionStringBuilder { DataSource = File(), Mode = SqliteOpenMode.ReadOnly }.ToString());
        await database.OpenAsync(cancellation);
        while (true)
        {
            long first = last.Value + 1;
            (string csv, long? end) = await ReadAsync(database, last.Value, cancellation);
            if (end is null)
                yield break;
            yield return SpoutFile.Text(string.Create(CultureInfo.InvariantCulture, $"/orders/{first:D12}.csv"), csv).WithCursor(last, end.Value);
        }
    }

    private static async Task<(string Csv, long? End)> ReadAsync(SqliteConnection database, long after, CancellationToken cancellation)
    {
        await using SqliteCommand query = database.CreateCommand();
        query.CommandText = "SELECT id, customer, cents FROM orders WHERE id > $after ORDER BY id LIMIT $rows";
        query.Parameters.AddWithValue("$after", after);
        query.Parameters.AddWithValue("$rows", RowsOfFile);
        StringBuilder csv = new("id,customer,cents\n");
        long? end = null;
        await using SqliteDataReader row = await query.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
        {
            end = row.GetInt64(0);
            csv.Append(CultureInfo.InvariantCulture, $"{end},\"{row.GetString(1).Replace("\"", "\"\"", StringComparison.Ordinal)}\",{row.GetInt64(2)}\n");
        }

        return (csv.ToString(), end);
    }

    private string File() => configuration["TableExport:Database"]
        ?? throw new SpoutConfigurationException("TableExport:Database is not set: the SQLite file with the table 'orders'.");
}
