using Spouts.Pachyderm;

namespace Spouts.Sources;

/// <summary>The files of the spout's own repo at one commit.</summary>
internal sealed class StoredFiles(OutputRepo repo, string commit) : IStoredFiles
{
    public IAsyncEnumerable<StoredFile> ListAsync(string folder = "/", CancellationToken cancellationToken = default) =>
        repo.ListAsync(commit, folder, cancellationToken);

    public async ValueTask<StoredFile?> FindAsync(string path, CancellationToken cancellationToken = default) =>
        await repo.FindAsync(commit, SpoutPath.Normalize(path), cancellationToken).ConfigureAwait(false);

    public async ValueTask<Stream> OpenReadAsync(string path, CancellationToken cancellationToken = default) =>
        await repo.OpenReadAsync(commit, SpoutPath.Normalize(path), cancellationToken).ConfigureAwait(false);
}
