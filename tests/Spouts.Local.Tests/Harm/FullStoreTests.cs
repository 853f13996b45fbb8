using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Spouts.Local.Core.Files;
using Spouts.Local.Store;
using Xunit;

namespace Spouts.Local.Tests.Harm;

/// <summary>The loops in the background meet a full disk, as SQLite says it, and outlive it.</summary>
public sealed class FullStoreTests
{
    [Fact]
    public async Task A_commit_that_could_not_be_finished_is_tried_again()
    {
        await using TestStore store = await TestStore.CreateAsync();
        Failures failures = new();
        store.Pachd.Finisher.Log = failures;
        CommitRow commit = await store.StartAsync();
        (string, string?)[] files = [.. Enumerable.Range(0, 500).Select(i => ($"/{i}", (string?)"x"))];
        // Two layers: the finish has to merge them, which takes room.
        await store.WriteAsync(commit, files);
        await store.WriteAsync(commit, files);

        await LimitAsync(store, full: true);
        await store.FinishAsync(commit);
        Assert.Equal(SQLitePCL.raw.SQLITE_FULL, Assert.IsType<SqliteException>(await failures.First.WaitAsync(TimeSpan.FromSeconds(30))).SqliteErrorCode);
        await LimitAsync(store, full: false);

        CommitRow finished = await PassAsync(store, store.FinishedAsync(commit));
        Assert.Equal("", finished.Error);
        Assert.Equal(500, finished.SizeBytes);
        Assert.Equal(500, (await store.ReadAsync(finished)).Count);
    }

    [Fact]
    public async Task A_collection_that_failed_is_made_up_for()
    {
        await using TestStore store = await TestStore.CreateAsync();
        Failures failures = new();
        Garbage garbage = new(store.Pachd, TimeSpan.FromSeconds(1), failures);
        await using (LayerWriter writer = store.FileSets.Writer())
        {
            await writer.AddAsync("/f", "", "left"u8.ToArray(), CancellationToken.None);
            await writer.FlushAsync(CancellationToken.None);
        }

        // No table: nothing can be collected.
        await store.Pachd.Database.WriteAsync(tx => tx.Execute("ALTER TABLE file_set RENAME TO away"), CancellationToken.None);
        _ = garbage.RunAsync();
        await PassAsync(store, failures.First);
        await store.Pachd.Database.WriteAsync(tx => tx.Execute("ALTER TABLE away RENAME TO file_set"), CancellationToken.None);

        await PassAsync(store, HarmedServer.UntilAsync(() => !store.Pachd.Chunks.All().Any(), () => "The chunk is still there."));
    }

    // As many pages as there are, and not one more.
    private static Task<int> LimitAsync(TestStore store, bool full)
        => store.Pachd.Database.WriteAsync(
            tx => tx.Execute($"PRAGMA max_page_count = {(full ? tx.Scalar<long>("PRAGMA page_count") : 1_000_000)}"), CancellationToken.None);

    // Lets time pass until something has happened.
    private static async Task<T> PassAsync<T>(TestStore store, Task<T> happened)
    {
        await PassAsync(store, (Task)happened);
        return await happened;
    }

    private static async Task PassAsync(TestStore store, Task happened)
    {
        await HarmedServer.UntilAsync(
            () =>
            {
                store.Time.Advance(TimeSpan.FromSeconds(1));
                return happened.IsCompleted;
            },
            () => "It did not happen.");
        await happened;
    }

    private sealed class Failures : ILogger
    {
        private readonly TaskCompletionSource<Exception> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<Exception> First => _first.Task;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (exception is not null)
                _first.TrySetResult(exception);
        }
    }
}
