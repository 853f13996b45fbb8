using Spouts.Local.Core.Metadata;
using Spouts.Local.Store;

namespace Spouts.Local.Core.Files;

/// <summary>File sets: content without a commit, kept for a while.</summary>
internal sealed class FileSets(Pachd pachd)
{
    public static readonly TimeSpan DefaultTtl = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan s_maxTtl = TimeSpan.FromMinutes(30);

    // In the real server, too, a set is there for a while after its time is over: until a pass finds it.
    private static readonly TimeSpan s_grace = TimeSpan.FromMinutes(1);

    /// <summary>A writer whose directory deletes see only its own files.</summary>
    public LayerWriter Writer() => new(pachd, () => null);

    /// <summary>Makes a file set of what was written.</summary>
    public async Task<string> CreateAsync(LayerWriter writer, CancellationToken cancellation)
    {
        long? layer = await writer.FlushAsync(cancellation);
        return await pachd.ChangeAsync(
            false,
            change =>
            {
                if (layer is { } written)
                    LayerStore.Seal(change.Tx, written);
                return Insert(change, layer is { } one ? [one] : [], DefaultTtl);
            },
            cancellation);
    }

    /// <summary>The layers of a file set; "path does not exist" when it is gone.</summary>
    public static List<long> Layers(Tx tx, string handle, long now)
        => tx.FileSet(FileSetHandle.Parse(handle), now) ?? throw new PachException("path does not exist");

    public Task AddToCommitAsync(bool fromSidecar, CommitHandle commit, string handle, CancellationToken cancellation)
    {
        string token = FileSetHandle.Parse(handle);
        return pachd.ChangeAsync(
            fromSidecar,
            change =>
            {
                CommitRow row = Commits.Pick(change.Tx, commit);
                if (row.Finishing is not null)
                    throw Commits.AlreadyFinished(row);
                List<long> layers = PachException.Within("add file set", () => Layers(change.Tx, token, change.Now));
                Commits.AddLayers(change, row, layers);
                return true;
            },
            cancellation);
    }

    public Task RenewAsync(string handle, TimeSpan ttl, CancellationToken cancellation)
    {
        string token = FileSetHandle.Parse(handle);
        if (ttl < TimeSpan.FromSeconds(1))
            throw new PachException($"ttl ({ttl.Ticks * 100}) must be at least one second");
        if (ttl > s_maxTtl)
            throw new PachException($"ttl ({ttl.Ticks * 100}) exceeds max ttl ({s_maxTtl.Ticks * 100})");
        return pachd.ChangeAsync(
            false,
            change => change.Tx.RenewFileSet(token, Until(change, ttl), change.Now)
                ? true
                : throw new PachException(ErrorKind.NotFound, $"tracker does not contain item: (fileset/{token})"),
            cancellation);
    }

    /// <summary>Lays file sets on top of each other, the first at the bottom.</summary>
    public Task<string> ComposeAsync(IReadOnlyList<string> handles, TimeSpan ttl, CancellationToken cancellation)
    {
        List<string> tokens = [.. handles.Select(FileSetHandle.Parse)];
        return pachd.ChangeAsync(
            false,
            change => Insert(change, [.. tokens.SelectMany(token => change.Tx.FileSet(token, change.Now) ?? throw Dangling())], ttl),
            cancellation);
    }

    /// <summary>A file set of all that a commit shows, or of what it alone has changed.</summary>
    public async Task<string> OfCommitAsync(CommitHandle commit, bool diff, CancellationToken cancellation)
    {
        // A file set read as a commit has no content of its own.
        if (commit.IsFileSet)
            throw new PachException("the commit is forgotten");
        // What cannot be read has no changes to show either.
        using OpenedFiles opened = await OpenedFiles.OpenAsync(pachd, commit, cancellation, wait: false);
        return await pachd.ChangeAsync(
            false,
            change => Insert(change, diff ? change.Tx.Diff(Commits.Pick(change.Tx, commit).Id) : opened.Layers, DefaultTtl),
            cancellation);
    }

    /// <summary>Cuts a file set into ranges of paths; without limits, one.</summary>
    public List<(string Lower, string Upper)> Shards(string handle, long files, long bytes)
    {
        string token = FileSetHandle.Parse(handle);
        using LayerLease lease = pachd.Layers.Lease(pachd.Read(tx => Layers(tx, token, pachd.Now)));
        List<(string, string)> shards = [];
        string lower = "";
        long count = 0, size = 0;
        foreach (FileEntry file in FileTree.Files(pachd.Database, lease.Layers, new FileQuery()))
        {
            if ((files > 0 && count >= files) || (bytes > 0 && size >= bytes))
            {
                shards.Add((lower, file.Path));
                lower = file.Path;
                count = size = 0;
            }

            count++;
            size += file.Size;
        }

        shards.Add((lower, ""));
        return shards;
    }

    private static string Insert(Change change, IReadOnlyList<long> layers, TimeSpan ttl)
    {
        string token = Names.NewId();
        change.Tx.InsertFileSet(token, layers, Until(change, ttl));
        return FileSetHandle.Format(token, layers);
    }

    private static long Until(Change change, TimeSpan ttl) => change.Now + ttl.Ticks + s_grace.Ticks;

    private static PachException Dangling() => new("the operation would create a dangling reference");
}
