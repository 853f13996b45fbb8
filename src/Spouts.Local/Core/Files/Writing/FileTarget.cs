using Spouts.Local.Core.Auth;
using Spouts.Local.Core.Metadata;
using Spouts.Local.Store;
using Spouts.Pachyderm.Protos.Auth;

namespace Spouts.Local.Core.Files;

/// <summary>
/// Where a ModifyFile stream goes, decided when it names its commit: into an open commit, or, addressed to a branch whose
/// head is closed, into a commit of its own.
/// </summary>
internal sealed class FileTarget
{
    private readonly Pachd _pachd;
    private readonly CommitRow? _open;
    private readonly BranchRef? _branch;
    private readonly long? _base;

    private FileTarget(Pachd pachd, CommitRow? open, BranchRef? branch, long? baseCommit)
    {
        _pachd = pachd;
        _open = open;
        _branch = branch;
        _base = baseCommit;
    }

    public static FileTarget Choose(Pachd pachd, CommitHandle handle)
    {
        string? branch = handle.Branch;
        string id = handle.Id;
        if (branch is { Length: 0 } && !Names.IsCommitId(id))
            (branch, id) = (id, "");
        BranchRef? target = string.IsNullOrEmpty(branch) ? null : new BranchRef(handle.Repo, branch);
        CommitRow commit;
        try
        {
            commit = pachd.Read(tx => Commits.Pick(tx, handle));
        }
        catch (PachException e) when (e.Kind == ErrorKind.NotFound && target is not null)
        {
            return new FileTarget(pachd, null, target, null);
        }

        if (commit.Finishing is null)
            return new FileTarget(pachd, commit, null, commit.Id);
        if (id.Length > 0 || target is null)
            throw Commits.AlreadyFinished(commit);
        return new FileTarget(pachd, null, target, commit.Id);
    }

    /// <summary>What a directory delete sees beside the stream's own files.</summary>
    public LayerLease? Base()
        => _base is { } commit ? _pachd.Layers.Lease(_pachd.Read(tx => OpenedFiles.LayersOf(tx, commit))) : null;

    /// <summary>
    /// Keeps what was written. An open commit is not asked again whether it is still open: a stream that ends after the
    /// finish spoils the commit, as in the real server, and that is what the publisher's rule against it is for.
    /// </summary>
    public async Task CommitAsync(LayerWriter writer, Caller caller, CancellationToken cancellation)
    {
        long? layer = await writer.FlushAsync(cancellation);
        List<long> layers = layer is { } written ? [written] : [];
        await _pachd.ChangeAsync(
            caller,
            change =>
            {
                foreach (long one in layers)
                    LayerStore.Seal(change.Tx, one);
                if (_open is { } open)
                {
                    // Nobody is asked for a right here: whoever has a token may write into an open commit, as in the real server.
                    Attach(change, open, layers);
                    return true;
                }

                change.Require(_branch!.Repo, Permission.RepoWrite);
                CommitRow commit = Commits.Start(change, _branch, null, "");
                Commits.AddLayers(change, commit, layers);
                Commits.Finish(change, commit, "", "", force: false);
                return true;
            },
            cancellation);
    }

    private static void Attach(Change change, CommitRow open, List<long> layers)
    {
        CommitRow now = change.Tx.FindCommit(open.Id) ?? throw new PachException(
            "with commit unordered writer: add file set tx: ERROR: insert or update on table \"commit_diffs\" violates foreign key "
            + "constraint \"commit_diffs_commit_int_id_fkey\" (SQLSTATE 23503)");
        change.Tx.AppendDiff(now.Id, layers);
        if (now.HasTotal)
            change.Tx.DropTotal(now.Id);
    }
}
