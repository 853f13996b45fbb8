using Spouts.Pachyderm;

namespace Spouts.Testing;

/// <summary>What arrived in the output repo of a spout.</summary>
public sealed class SpoutRepo : IDisposable
{
    private readonly PachydermChannel _channel;
    private readonly OutputRepo _repo;

    /// <summary>Connects to a pachd without auth.</summary>
    /// <param name="address">The address of its cluster door, such as <c>http://127.0.0.1:30650</c>.</param>
    /// <param name="spout">The spout's name.</param>
    /// <param name="outputBranch">Its output branch.</param>
    public SpoutRepo(Uri address, string spout, string outputBranch = "master")
    {
        _channel = new(address, token: null);
        _repo = new(_channel.Invoker, LocalCluster.Project, spout, outputBranch);
    }

    /// <summary>Reads all files at the head of the output branch.</summary>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The contents, by path.</returns>
    public async Task<IReadOnlyDictionary<string, byte[]>> ReadFilesAsync(CancellationToken cancellationToken = default)
    {
        string head = await _repo.HeadAsync(cancellationToken).ConfigureAwait(false);
        SortedDictionary<string, byte[]> files = new(StringComparer.Ordinal);
        await foreach (StoredFile file in _repo.ListAsync(head, "/", cancellationToken).ConfigureAwait(false))
        {
            using MemoryStream content = new();
            Stream stream = await _repo.OpenReadAsync(head, file.Path, cancellationToken).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
                await stream.CopyToAsync(content, cancellationToken).ConfigureAwait(false);
            files.Add(file.Path, content.ToArray());
        }

        return files;
    }

    /// <summary>Opens a file at the head of the output branch.</summary>
    /// <param name="path">The file's path.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>A stream to read to its end and dispose.</returns>
    public async Task<Stream> OpenReadAsync(string path, CancellationToken cancellationToken = default) =>
        await _repo.OpenReadAsync(await _repo.HeadAsync(cancellationToken).ConfigureAwait(false), path, cancellationToken).ConfigureAwait(false);

    /// <summary>Looks a file of one commit up.</summary>
    /// <param name="commitId">The commit.</param>
    /// <param name="path">The file's path.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The file; null where there is none.</returns>
    public Task<StoredFile?> FindFileAsync(string commitId, string path, CancellationToken cancellationToken = default) =>
        _repo.FindAsync(commitId, path, cancellationToken);

    /// <summary>Reads the commits of the output branch, the head first.</summary>
    /// <param name="cancellationToken">Ends the walk.</param>
    /// <returns>The commits.</returns>
    public async Task<IReadOnlyList<SpoutCommit>> ReadCommitsAsync(CancellationToken cancellationToken = default)
    {
        List<SpoutCommit> commits = [];
        for (string id = await _repo.HeadAsync(cancellationToken).ConfigureAwait(false); id.Length > 0; id = commits[^1].ParentId)
        {
            CommitView commit = await _repo.InspectAsync(id, cancellationToken).ConfigureAwait(false);
            commits.Add(new(commit.Id, commit.Parent, commit.IsOpen, commit.IsFinished, commit.Error, commit.Description, commit.SpecCommit));
        }

        return commits;
    }

    /// <summary>Ends the connection.</summary>
    public void Dispose() => _channel.Dispose();
}
