using Spouts.Local.Core.Auth;
using Spouts.Local.Core.Files;
using Spouts.Local.Core.Metadata;
using Spouts.Local.Store;

namespace Spouts.Local.Core;

/// <summary>The local pachd without its doors: the store, and the machinery that everything in the core shares.</summary>
internal sealed class Pachd : IDisposable
{
    public Pachd(string directory, TimeProvider time)
    {
        Directory = directory;
        Time = time;
        System.IO.Directory.CreateDirectory(directory);
        Database = Database.Open(DatabaseOf(directory));
        Chunks = new ChunkStore(directory);
        Layers = new LayerStore(Database);
        Merges = new LargeMerges(this);
        Finisher = new Finisher(this);
        CronTriggers = new CronTriggers(this);
    }

    /// <summary>The database of the store in a directory.</summary>
    public static string DatabaseOf(string directory) => Path.Combine(directory, "pachd.db");

    /// <summary>Where the state lives.</summary>
    public string Directory { get; }

    public TimeProvider Time { get; }

    public Database Database { get; }

    public ChunkStore Chunks { get; }

    public LayerStore Layers { get; }

    /// <summary>By repo: something in it has changed.</summary>
    public Signals RepoSignals { get; } = new();

    /// <summary>By commit: kept apart, so that two hundred waiters of one repo do not all wake for each other's commits.</summary>
    public Signals CommitSignals { get; } = new();

    public Finisher Finisher { get; }

    public LargeMerges Merges { get; }

    public CronTriggers CronTriggers { get; }

    public long Now => Time.GetUtcNow().Ticks - DateTimeOffset.UnixEpoch.Ticks;

    public T Read<T>(Func<Tx, T> body) => Database.Read(body);

    /// <summary>Reads for the sake of what <paramref name="rule"/> refuses.</summary>
    public void Check(Action<Tx> rule)
        => Read(tx =>
        {
            rule(tx);
            return true;
        });

    /// <summary>
    /// Runs one transaction: <paramref name="body"/>, then what the transaction owes at its end (downstream commits,
    /// checks), then, once it is durable, wakes whoever waits for it.
    /// </summary>
    public Task<T> ChangeAsync<T>(Caller caller, Func<Change, T> body, CancellationToken cancellation)
        => ChangeAsync(caller, Names.NewId(), body, cancellation);

    /// <summary>A transaction that nobody is asked about: the local pachd's own, or one without rules of auth.</summary>
    public Task<T> ChangeAsync<T>(bool fromSidecar, Func<Change, T> body, CancellationToken cancellation)
        => ChangeAsync(Caller.System(fromSidecar), body, cancellation);

    /// <param name="setId">The id of the commits that the transaction makes.</param>
    public async Task<T> ChangeAsync<T>(Caller caller, string setId, Func<Change, T> body, CancellationToken cancellation)
    {
        Change? change = null;
        T result = await Database.WriteAsync(
            tx =>
            {
                change = new Change(tx, Now, setId, caller);
                T answer = body(change);
                Propagation.Run(change);
                return answer;
            },
            cancellation);
        foreach (long repo in change!.Touched)
            RepoSignals.Raise(repo);
        foreach (long commit in change.Moved)
            CommitSignals.Raise(commit);
        foreach (long repo in change.ToFinish)
            Finisher.Wake(repo);
        if (change.CronTriggers)
            CronTriggers.Wake();
        change.RunAfterCommit();
        return result;
    }

    /// <summary>Runs a transaction to see what it would answer, and undoes it.</summary>
    public async Task<T> TryAsync<T>(Caller caller, string setId, Func<Change, T> body, CancellationToken cancellation)
    {
        T? result = default;
        try
        {
            await Database.WriteAsync<bool>(
                tx =>
                {
                    // From any door: the door that will finish the transaction is the one that counts.
                    Change change = new(tx, Now, setId, caller with { FromSidecar = true });
                    result = body(change);
                    Propagation.Run(change);
                    throw new UndoException();
                },
                cancellation);
        }
        catch (UndoException)
        {
            return result!;
        }

        return result!;
    }

    public void Dispose()
    {
        CronTriggers.Dispose();
        Finisher.Dispose();
        Merges.Dispose();
        Database.Dispose();
    }
}
