using Spouts.Local.Core.Metadata;
using Spouts.Local.Store;

namespace Spouts.Local.Core.Files;

/// <summary>The files of a commit or file set, held for reading.</summary>
internal sealed class OpenedFiles : IDisposable
{
    private readonly Pachd _pachd;
    private readonly LayerLease _lease;

    private OpenedFiles(Pachd pachd, LayerLease lease, CommitRef commit, long? committed)
    {
        _pachd = pachd;
        _lease = lease;
        Commit = commit;
        Committed = committed;
    }

    public CommitRef Commit { get; }

    /// <summary>When the commit was finished by its writer; null for an open one and for a file set.</summary>
    public long? Committed { get; }

    public IReadOnlyList<long> Layers => _lease.Layers;

    /// <summary>Opens what a caller named; waits for a commit that is being finished.</summary>
    public static async Task<OpenedFiles> OpenAsync(Pachd pachd, CommitHandle handle, CancellationToken cancellation, bool wait = true)
    {
        if (handle.IsFileSet)
        {
            string token = FileSetHandle.Parse(handle.Id);
            List<long> layers = pachd.Read(tx => FileSets.Layers(tx, token, pachd.Now));
            return new OpenedFiles(pachd, pachd.Layers.Lease(layers), new CommitRef(handle.Repo, handle.Id, null), null);
        }

        CommitRow commit = pachd.Read(tx => Commits.Pick(tx, handle));
        if (wait && commit is { Finishing: not null, Finished: null })
            commit = await CommitWaits.ForAsync(pachd, commit, CommitState.Finished, cancellation);
        LayerLease lease = pachd.Layers.Lease(pachd.Read(tx => LayersOf(tx, commit.Id)));
        return new OpenedFiles(pachd, lease, commit.Ref(), commit.Finishing);
    }

    /// <summary>
    /// What a commit shows: its total once finished; before that, or after an error, its own changes over the nearest
    /// ancestor without an error, which has to be finished.
    /// </summary>
    public static List<long> LayersOf(Tx tx, long commitId)
    {
        CommitRow commit = tx.FindCommit(commitId) ?? throw new PachException($"commit {commitId} was deleted");
        if (commit is { Finished: not null, Error: "" })
            return commit.HasTotal ? tx.Total(commitId) : throw new PachException("the commit is forgotten");
        CommitRow? at = Base(tx, commit);
        if (at is { Finished: null })
            throw new PachException($"base commit {at.Ref()} for commit {commit.Ref()} unfinished");
        return [.. at is null ? [] : LayersOf(tx, at.Id), .. tx.Diff(commitId)];
    }

    /// <summary>The nearest ancestor without an error: children do not see what a failed commit has written.</summary>
    public static CommitRow? Base(Tx tx, CommitRow commit)
    {
        CommitRow? at = commit;
        do
        {
            at = at.Parent is { } parent ? tx.CommitById(parent) : null;
        }
        while (at is not null && at.Error.Length > 0);
        return at;
    }

    public IEnumerable<FileNode> Nodes(FileQuery query) => new FileTree(_pachd.Database, _pachd.Chunks, Layers, query).Nodes();

    public IEnumerable<FileEntry> Files(FileQuery query) => FileTree.Files(_pachd.Database, Layers, query);

    public void Dispose() => _lease.Dispose();
}
