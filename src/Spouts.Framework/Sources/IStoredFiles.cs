namespace Spouts;

/// <summary>
/// Reads the spout's own output repo: at the commit that counts as the run begins, and where the run is cut, at the last commit
/// that it has made itself. A batch is published only if no other batch of its source was meanwhile, here or by another process.
/// Other sources of the same spout may publish in between: give each its own folder.
/// </summary>
public interface IStoredFiles
{
    /// <summary>Lists the files below a folder, at any depth, in the order of their paths.</summary>
    /// <param name="folder">The folder; <c>/</c> for all files. One that does not exist has no files.</param>
    /// <param name="cancellationToken">Ends the listing.</param>
    /// <returns>The files, streamed.</returns>
    /// <exception cref="PachydermException">Pachyderm did not answer.</exception>
    IAsyncEnumerable<StoredFile> ListAsync(string folder = "/", CancellationToken cancellationToken = default);

    /// <summary>Looks a file up.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The file, or null where there is none.</returns>
    /// <exception cref="PachydermException">Pachyderm did not answer.</exception>
    ValueTask<StoredFile?> FindAsync(string path, CancellationToken cancellationToken = default);

    /// <summary>Opens a file's content, streamed with bounded memory.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>A stream to read to its end and dispose.</returns>
    /// <exception cref="PachydermException">There is no such file, or Pachyderm did not answer.</exception>
    ValueTask<Stream> OpenReadAsync(string path, CancellationToken cancellationToken = default);
}
