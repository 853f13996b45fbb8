using Spouts.Pachyderm;

namespace Spouts.Sources;

/// <summary>The files of the spout's own repo, as of the last commit of the run that reads them.</summary>
internal sealed class StoredFiles(OutputRepo repo, string commit) : IStoredFiles
{
    private volatile string _commit = commit;

    /// <summary>The commit that is read.</summary>
    public string Commit => _commit;

    /// <summary>Reads from a later commit from now on.</summary>
    public void MoveTo(string commit) => _commit = commit;

    public IAsyncEnumerable<StoredFile> ListAsync(string folder = "/", CancellationToken cancellationToken = default) =>
        repo.ListAsync(_commit, folder, cancellationToken);

    public async ValueTask<StoredFile?> FindAsync(string path, CancellationToken cancellationToken = default) =>
        await repo.FindAsync(_commit, SpoutPath.Normalize(path), cancellationToken).ConfigureAwait(false);

    public async ValueTask<Stream> OpenReadAsync(string path, CancellationToken cancellationToken = default) =>
        await repo.OpenReadAsync(_commit, SpoutPath.Normalize(path), cancellationToken).ConfigureAwait(false);
}
