using Spouts.Batching;
using Spouts.Files;
using Spouts.Ledgers;
using Spouts.Pachyderm;

namespace Spouts.Publishing;

/// <summary>Finds the witness of a batch and looks for it in a commit.</summary>
internal sealed class Witnesses(OutputRepo repo)
{
    // A batch whose first paths all stand in the parent as they are is most likely there whole; replacing it again is harmless. So
    // neither is worth many calls while the whole spout waits.
    private const int Looked = 64;
    private const int Compared = 8;
    private const int SideBySide = 8;

    // A longer file of the same size as before is taken to have changed. Where it has not, its batch may be published again.
    private const int LargestCompared = 1024 * 1024;

    /// <summary>
    /// A path of the batch that the batch changes. Null where none was found: then nothing that the batch does can be doubled, for
    /// an append always changes its path.
    /// </summary>
    /// <exception cref="SpoutConfigurationException">The batch is too large to tell.</exception>
    public async Task<Witness?> FindAsync(StagedBatch batch, string parent, CancellationToken cancellation)
    {
        // An append is looked at first: it alone must never be applied twice.
        foreach ((string path, PathChange change) in batch.Paths.Changes.Where(static c => c.Value.Change is FileChange.Append))
        {
            StoredFile? before = await repo.FindAsync(parent, path, cancellation).ConfigureAwait(false);
            if (change.Bytes > 0 || before is null)
                return new(path, (before?.SizeBytes ?? 0) + change.Bytes, IsAppend: true);
        }

        Witness? found = await FindReplacedAsync(batch, parent, cancellation).ConfigureAwait(false);
        return found is not null || !batch.Paths.AppendsToOthers ? found : throw new SpoutConfigurationException(
            $"A batch of the source '{batch.Source.Name}' has {batch.Paths.Count} paths and appends to some of the later ones: after a kill nobody could tell "
            + $"whether it is there. {batch.SmallerBy}, with at most {BatchPaths.Most} files in each.");
    }

    private async Task<Witness?> FindReplacedAsync(StagedBatch batch, string parent, CancellationToken cancellation)
    {
        List<StoredFile> equal = [];
        IEnumerable<KeyValuePair<string, PathChange>> candidates = batch.Paths.Changes.Where(static c => c.Value.Change is not FileChange.Append);
        foreach (KeyValuePair<string, PathChange>[] some in candidates.Take(batch.Paths.AppendsToOthers ? int.MaxValue : Looked).Chunk(SideBySide))
        {
            StoredFile?[] stored = await Task.WhenAll(some.Select(c => repo.FindAsync(parent, c.Key, cancellation))).ConfigureAwait(false);
            foreach (((string path, PathChange change), StoredFile? before) in some.Zip(stored))
            {
                switch (change.Change)
                {
                    case FileChange.Delete when before is not null:
                        return new(path, Size: null);
                    case FileChange.Replace when change.Bytes != before?.SizeBytes:
                        return new(path, change.Bytes);
                    case FileChange.Replace:
                        equal.Add(before);
                        break;
                }
            }
        }

        // What is too long to be compared tells nothing where the batch must not come twice.
        if (batch.Paths.AppendsToOthers)
            equal.RemoveAll(static before => before.SizeBytes > LargestCompared);
        foreach (StoredFile before in equal.Take(batch.Paths.AppendsToOthers ? int.MaxValue : Compared))
        {
            if (await DiffersAsync(batch.FileSet, parent, before, cancellation).ConfigureAwait(false))
                return new(before.Path, before.SizeBytes, Hex(before));
        }

        return null;
    }

    /// <summary>Whether a commit looks as the witness says.</summary>
    public async Task<bool> IsThereAsync(Witness witness, string commit, CancellationToken cancellation)
    {
        StoredFile? file = await repo.FindAsync(commit, witness.Path, cancellation).ConfigureAwait(false);
        return witness.Size is { } size
            ? file is not null && file.SizeBytes == size && witness.Was != Hex(file)
            : file is null;
    }

    /// <summary>Whether an append went into an open commit more than once, as a retry inside the server does.</summary>
    public async Task<bool> IsExceededAsync(Witness witness, string commit, CancellationToken cancellation)
    {
        if (!witness.IsAppend)
            return false;
        try
        {
            return await repo.FindAsync(commit, witness.Path, cancellation).ConfigureAwait(false) is { } file && file.SizeBytes > witness.Size;
        }
        catch (PachydermException collides) when (Collisions.IsOne(collides))
        {
            // Nothing of the commit can be read; once it is finished, its error says why.
            return false;
        }
    }

    /// <summary>Whether a commit has what was appended, which it has not where it was cleared before it was finished.</summary>
    public async Task<bool> IsKeptAsync(Witness witness, string commit, CancellationToken cancellationToken) =>
        !witness.IsAppend || (await repo.FindAsync(commit, witness.Path, cancellationToken).ConfigureAwait(false) is { } file && file.SizeBytes >= witness.Size);

    private async Task<bool> DiffersAsync(string fileSet, string parent, StoredFile before, CancellationToken cancellation)
    {
        if (before.SizeBytes > LargestCompared)
            return true;
        byte[] staged = await ReadAsync(repo.OpenStagedAsync(fileSet, before.Path, cancellation), before.SizeBytes, cancellation).ConfigureAwait(false);
        byte[] stored = await ReadAsync(repo.OpenReadAsync(parent, before.Path, cancellation), before.SizeBytes, cancellation).ConfigureAwait(false);
        return !staged.AsSpan().SequenceEqual(stored);
    }

    private static async Task<byte[]> ReadAsync(Task<Stream> opening, long size, CancellationToken cancellation)
    {
        byte[] content = new byte[size];
        Stream stream = await opening.ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
            await stream.ReadExactlyAsync(content, cancellation).ConfigureAwait(false);
        return content;
    }

    private static string Hex(StoredFile file) => Convert.ToHexStringLower(file.Hash.Span);
}
