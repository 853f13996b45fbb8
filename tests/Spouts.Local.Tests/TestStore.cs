using System.Text;
using Microsoft.Extensions.Time.Testing;
using Spouts.Local.Core;
using Spouts.Local.Core.Files;
using Spouts.Local.Core.Metadata;
using Spouts.Local.Store;

namespace Spouts.Local.Tests;

/// <summary>A core on a store of its own, without doors, with a repo <c>default/r</c>.</summary>
public sealed class TestStore : IAsyncDisposable
{
    internal static readonly RepoRef Repo = new("default", "r", RepoRef.User);
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("spouts-local-");

    private TestStore()
    {
        Time = new FakeTimeProvider(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
        Pachd = new Pachd(_directory.FullName, Time);
        FileSets = new FileSets(Pachd);
    }

    public FakeTimeProvider Time { get; }

    internal Pachd Pachd { get; private set; }

    internal FileSets FileSets { get; private set; }

    public static async Task<TestStore> CreateAsync()
    {
        TestStore store = new();
        await store.ChangeAsync(change =>
        {
            Identity.Ensure(change);
            Repos.Create(change, Repo, "", update: false);
        });
        return store;
    }

    public ValueTask DisposeAsync()
    {
        Pachd.Dispose();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        _directory.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    /// <summary>The process ends and another opens the store.</summary>
    public void Reopen()
    {
        Pachd.Dispose();
        Pachd = new Pachd(_directory.FullName, Time);
        FileSets = new FileSets(Pachd);
    }

    internal Task ChangeAsync(Action<Change> body)
        => Pachd.ChangeAsync(
            true,
            change =>
            {
                body(change);
                return true;
            },
            CancellationToken.None);

    internal Task<CommitRow> StartAsync(string branch = "master")
        => Pachd.ChangeAsync(true, change => Commits.Start(change, new BranchRef(Repo, branch), null, ""), CancellationToken.None);

    internal Task FinishAsync(CommitRow commit, string error = "")
        => ChangeAsync(change => Commits.Finish(change, change.Tx.CommitById(commit.Id), "", error, force: false));

    internal Task<CommitRow> FinishedAsync(CommitRow commit)
        => CommitWaits.ForAsync(Pachd, commit, CommitState.Finished, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30));

    /// <summary>Starts, writes, finishes and waits.</summary>
    internal async Task<CommitRow> CommitAsync(params (string Path, string? Text)[] files)
    {
        CommitRow commit = await StartAsync();
        await WriteAsync(commit, files);
        await FinishAsync(commit);
        return await FinishedAsync(commit);
    }

    /// <summary>Replaces files; a null text deletes.</summary>
    internal async Task WriteAsync(CommitRow commit, params (string Path, string? Text)[] files)
    {
        await using LayerWriter writer = FileSets.Writer();
        foreach ((string path, string? text) in files)
        {
            await writer.DeleteAsync(path, "", CancellationToken.None);
            if (text is not null)
                await writer.AddAsync(path, "", Encoding.UTF8.GetBytes(text), CancellationToken.None);
        }

        string handle = await FileSets.CreateAsync(writer, CancellationToken.None);
        await FileSets.AddToCommitAsync(true, Handle(commit), handle, CancellationToken.None);
    }

    internal static CommitHandle Handle(CommitRow commit) => new(Repo, commit.SetId, null);

    /// <summary>All files of a commit with their texts.</summary>
    internal async Task<Dictionary<string, string>> ReadAsync(CommitRow commit)
    {
        using OpenedFiles opened = await OpenedFiles.OpenAsync(Pachd, Handle(commit), CancellationToken.None);
        return opened.Nodes(new FileQuery()).Where(node => !node.IsDirectory).ToDictionary(
            node => node.Path,
            node => Encoding.UTF8.GetString([.. FileContent.Read(node.Entry, Pachd.Chunks, 0, 1000).SelectMany(piece => piece.ToArray())]));
    }
}
