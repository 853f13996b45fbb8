using System.Text.Json;
using Spouts.Ledgers;
using Spouts.Pachyderm;

namespace Spouts.Testing;

/// <summary>What arrived in the output repo of a spout.</summary>
public sealed class SpoutRepo : IDisposable
{
    private const string NoCursors = "{}";

    private readonly PachydermChannel _channel;
    private readonly OutputRepo _repo;

    /// <summary>Connects to a pachd without auth.</summary>
    /// <param name="address">The address of its cluster door, such as <c>http://127.0.0.1:30650</c>.</param>
    /// <param name="spout">The spout's name.</param>
    /// <param name="outputBranch">Its output branch.</param>
    public SpoutRepo(Uri address, string spout, string outputBranch = "master")
        : this(address, token: null, spout, outputBranch)
    {
    }

    internal SpoutRepo(Uri address, string? token, string spout, string outputBranch)
    {
        _channel = new(address, token);
        _repo = new(_channel.Invoker, LocalCluster.Project, spout, outputBranch);
    }

    /// <summary>Reads all files at the head of the output branch.</summary>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The contents, by path.</returns>
    public async Task<IReadOnlyDictionary<string, byte[]>> ReadFilesAsync(CancellationToken cancellationToken = default) =>
        await ReadFilesAsync(await _repo.HeadAsync(cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);

    /// <summary>Reads all files of a commit.</summary>
    internal async Task<IReadOnlyDictionary<string, byte[]>> ReadFilesAsync(string commit, CancellationToken cancellationToken)
    {
        SortedDictionary<string, byte[]> files = new(StringComparer.Ordinal);
        await foreach (StoredFile file in _repo.ListAsync(commit, "/", cancellationToken).ConfigureAwait(false))
        {
            using MemoryStream content = new();
            Stream stream = await _repo.OpenReadAsync(commit, file.Path, cancellationToken).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
                await stream.CopyToAsync(content, cancellationToken).ConfigureAwait(false);
            files.Add(file.Path, content.ToArray());
        }

        return files;
    }

    /// <summary>Reads a file at the head of the output branch as UTF-8 text.</summary>
    /// <param name="path">The file's path.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The text.</returns>
    /// <exception cref="PachydermException">There is no such file.</exception>
    public async Task<string> ReadTextAsync(string path, CancellationToken cancellationToken = default)
    {
        using StreamReader reader = new(await OpenReadAsync(path, cancellationToken).ConfigureAwait(false));
        return await reader.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
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
    public Task<IReadOnlyList<SpoutCommit>> ReadCommitsAsync(CancellationToken cancellationToken = default) =>
        ReadCommitsAsync(int.MaxValue, cancellationToken);

    /// <summary>Reads the cursors of a source as the newest commit that the spout has finished keeps them.</summary>
    /// <param name="source">The source's name: its method's, unless its annotation says another.</param>
    /// <param name="cancellationToken">Ends the walk.</param>
    /// <returns>A JSON object with a member for each cursor, by its parameter's name; an empty one where none was ever saved.</returns>
    public async Task<JsonElement> ReadCursorsAsync(string source, CancellationToken cancellationToken = default)
    {
        for (string id = await _repo.HeadAsync(cancellationToken).ConfigureAwait(false); id.Length > 0;)
        {
            CommitView commit = await _repo.InspectAsync(id, cancellationToken).ConfigureAwait(false);
            Ledger? ledger = commit.Error.Length > 0 ? null : CommitDescription.Parse(commit.Description, $"{_repo.Name}@{id}") switch
            {
                CommitDescription.Final final => final.Ledger,
                CommitDescription.Void state => state.Ledger,
                _ => null,
            };
            if (ledger is not null)
                return JsonElement.Parse(ledger.Entry(new(source)).Cursors ?? NoCursors);
            id = commit.Parent;
        }

        return JsonElement.Parse(NoCursors);
    }

    internal async Task<IReadOnlyList<SpoutCommit>> ReadCommitsAsync(int most, CancellationToken cancellation)
    {
        List<SpoutCommit> commits = [];
        string id = await _repo.HeadAsync(cancellation).ConfigureAwait(false);
        for (; id.Length > 0 && commits.Count < most; id = commits[^1].ParentId)
            commits.Add(await ReadCommitAsync(id, cancellation).ConfigureAwait(false));
        return commits;
    }

    internal async Task<SpoutCommit> ReadCommitAsync(string id, CancellationToken cancellation)
    {
        CommitView commit = await _repo.InspectAsync(id, cancellation).ConfigureAwait(false);
        return new(commit.Id, commit.Parent, commit.IsOpen, commit.IsFinished, commit.Error, commit.Description, commit.SpecCommit);
    }

    /// <summary>Ends the connection.</summary>
    public void Dispose() => _channel.Dispose();
}
