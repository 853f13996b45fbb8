using Dapper;
using Microsoft.Data.Sqlite;

namespace Spouts.Local.Store;

/// <summary>One SQLite transaction, for reading or writing.</summary>
internal sealed class Tx(SqliteConnection connection, SqliteTransaction transaction)
{
    public SqliteConnection Connection { get; } = connection;

    public SqliteTransaction Transaction { get; } = transaction;

    public T? Find<T>(string sql, object? parameters = null)
        => Connection.QueryFirstOrDefault<T>(sql, parameters, Transaction);

    public List<T> List<T>(string sql, object? parameters = null)
        => Connection.Query<T>(sql, parameters, Transaction).AsList();

    /// <summary>Rows as they are read; they must be used up before the transaction ends.</summary>
    public IEnumerable<T> Stream<T>(string sql, object? parameters = null)
        => Connection.Query<T>(sql, parameters, Transaction, buffered: false);

    public T Scalar<T>(string sql, object? parameters = null)
        => Connection.ExecuteScalar<T>(sql, parameters, Transaction)!;

    public int Execute(string sql, object? parameters = null)
        => Connection.Execute(sql, parameters, Transaction);

    /// <summary>Inserts one row and answers its integer key.</summary>
    public long Insert(string sql, object parameters)
        => Connection.ExecuteScalar<long>(sql + "; SELECT last_insert_rowid()", parameters, Transaction);

    /// <summary>The next value of a counter that survives restarts and never repeats.</summary>
    public long Next(string sequence)
        => Scalar<long>(
            """
            INSERT INTO sequence (name, value) VALUES (@sequence, 1)
            ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value
            """,
            new { sequence });
}
