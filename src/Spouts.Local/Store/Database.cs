using Dapper;
using Microsoft.Data.Sqlite;

namespace Spouts.Local.Store;

/// <summary>
/// The SQLite file of a store: many readers, one writer at a time. Every write is one transaction, so a process that is
/// killed leaves all of it or nothing.
/// </summary>
internal sealed class Database : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly string _connectionString;
    private readonly SqliteConnection _writer;
    private readonly SemaphoreSlim _gate = new(1);

    static Database() => DefaultTypeMap.MatchNamesWithUnderscores = true;

    private Database(string connectionString, SqliteConnection writer)
    {
        _connectionString = connectionString;
        _writer = writer;
    }

    /// <summary>Opens or creates the file, and lifts one that an earlier version wrote.</summary>
    /// <exception cref="NewerStoreException">The file was written by a later version of this program.</exception>
    public static Database Open(string path)
    {
        string connectionString = new SqliteConnectionStringBuilder { DataSource = path, DefaultTimeout = 60, Cache = SqliteCacheMode.Private }
            .ToString();
        // There are secrets and tokens in it; SQLite gives its other files the mode of this one.
        if (!OperatingSystem.IsWindows() && !File.Exists(path))
            new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly }).Dispose();
        SqliteConnection writer = Connect(connectionString);
        // NORMAL in WAL mode survives the death of the process; only a power cut can lose the last transactions.
        writer.Execute("PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON");
        writer.Execute("PRAGMA journal_mode = WAL");
        long version = writer.ExecuteScalar<long>("PRAGMA user_version");
        if (version > Schema.Version)
        {
            writer.Dispose();
            throw new NewerStoreException(path, version);
        }

        if (version < Schema.Version)
        {
            using SqliteTransaction lift = writer.BeginTransaction();
            foreach (string step in Schema.Steps.Skip((int)version))
                writer.Execute(step, transaction: lift);
            writer.Execute($"PRAGMA user_version = {Schema.Version}", transaction: lift);
            lift.Commit();
        }

        return new Database(connectionString, writer);
    }

    /// <summary>Looks into a file that another process may have open, and leaves it as it is.</summary>
    /// <exception cref="NewerStoreException">The file was written by a later version of this program.</exception>
    public static T Look<T>(string path, Func<Tx, T> body)
    {
        using SqliteConnection connection = Connect(
            new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadOnly, DefaultTimeout = 60, Pooling = false }.ToString());
        long version = connection.ExecuteScalar<long>("PRAGMA user_version");
        if (version > Schema.Version)
            throw new NewerStoreException(path, version);
        using SqliteTransaction transaction = connection.BeginTransaction(deferred: true);
        return body(new Tx(connection, transaction));
    }

    /// <summary>Reads from one consistent snapshot.</summary>
    public T Read<T>(Func<Tx, T> body)
    {
        using SqliteConnection connection = Connect(_connectionString);
        using SqliteTransaction transaction = connection.BeginTransaction(deferred: true);
        return body(new Tx(connection, transaction));
    }

    /// <summary>A connection for reading immutable rows without a snapshot: the entries of sealed layers.</summary>
    public SqliteConnection Connect() => Connect(_connectionString);

    /// <summary>Runs <paramref name="body"/> in the one write transaction; a throw rolls everything back.</summary>
    public async Task<T> WriteAsync<T>(Func<Tx, T> body, CancellationToken cancellation)
    {
        await _gate.WaitAsync(cancellation);
        try
        {
            using SqliteTransaction transaction = _writer.BeginTransaction(deferred: false);
            T result = body(new Tx(_writer, transaction));
            transaction.Commit();
            return result;
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose()
    {
        _writer.Dispose();
        _gate.Dispose();
    }

    private static SqliteConnection Connect(string connectionString)
    {
        SqliteConnection connection = new(connectionString);
        connection.Open();
        return connection;
    }
}
